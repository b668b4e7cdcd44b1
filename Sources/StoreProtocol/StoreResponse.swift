public import WorkerFrames

/// What a store worker answers.
public enum StoreResponse: Equatable, Sendable {
    /// The change is committed.
    case done
    /// It was not made; the sentence says why, for a person. At most ``maximumSentence`` bytes, what is over is cut off.
    case refused(StoreRefusal, String)

    /// The longest sentence, in bytes of UTF-8.
    public static let maximumSentence = 1024

    private static let doneKind: UInt8 = 1
    private static let refusedKind: UInt8 = 2

    /// The message as a frame, header included.
    public func frame() -> [UInt8]? {
        switch self {
        case .done:
            return FrameWriter(kind: Self.doneKind, reserving: 0).frame()
        case .refused(let refusal, let sentence):
            var writer = FrameWriter(kind: Self.refusedKind, reserving: 3 + sentence.utf8.count)
            writer.byte(refusal.rawValue)
            writer.text(sentence, atMost: Self.maximumSentence)
            return writer.frame()
        }
    }

    /// Reads a payload, header excluded.
    /// - Throws: ``FrameError`` for everything but a whole message.
    public init(payload: UnsafeRawBufferPointer) throws(FrameError) {
        var reader = try FrameReader(payload)
        switch try reader.byte() {
        case Self.doneKind:
            self = .done
        case Self.refusedKind:
            guard let refusal = StoreRefusal(rawValue: try reader.byte()) else { throw .badValue(field: "refusal") }
            self = .refused(refusal, try reader.text(atMost: Self.maximumSentence, "sentence"))
        case let kind: throw .unknownKind(kind)
        }
        try reader.end()
    }
}

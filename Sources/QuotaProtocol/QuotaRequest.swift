public import WorkerFrames

/// The one question that `serve` may ask of a quota worker: what the files of some accounts take.
public struct QuotaRequest: Equatable, Sendable {
    /// At most ``maximumPeople``. Uids and nothing else: which directory is whose home is looked up on root's side.
    public let uids: [UInt32]

    /// The most accounts of one question.
    public static let maximumPeople = 256

    static let kind: UInt8 = 1

    public init(uids: [UInt32]) { self.uids = uids }

    /// The message as a frame, header included; `nil` for more than ``maximumPeople``.
    public func frame() -> [UInt8]? {
        guard uids.count <= Self.maximumPeople else { return nil }
        var writer = FrameWriter(kind: Self.kind, reserving: 2 + uids.count * 4)
        writer.count(uids.count)
        for uid in uids { writer.integer(uid) }
        return writer.frame()
    }

    /// Reads a payload, header excluded.
    /// - Throws: ``FrameError`` for everything but a whole message.
    public init(payload: UnsafeRawBufferPointer) throws(FrameError) {
        var reader = try FrameReader(payload)
        let kind = try reader.byte()
        guard kind == Self.kind else { throw .unknownKind(kind) }
        var uids: [UInt32] = []
        for _ in 0..<(try reader.count(atMost: Self.maximumPeople, "uids")) {
            uids.append(try reader.integer(UInt32.self))
        }
        try reader.end()
        self.uids = uids
    }
}

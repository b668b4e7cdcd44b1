import Identity
public import WorkerFrames

/// What a quota worker answers: an entry for each uid that was asked for, in that order.
public struct QuotaResponse: Equatable, Sendable {
    /// One account's answer.
    public struct Entry: Equatable, Sendable {
        public let uid: UInt32
        public let use: DiskUse

        public init(uid: UInt32, use: DiskUse) {
            self.uid = uid
            self.use = use
        }
    }

    public let entries: [Entry]

    static let kind: UInt8 = 1

    public init(entries: [Entry]) { self.entries = entries }

    /// The message as a frame, header included; `nil` for more than ``QuotaRequest/maximumPeople``.
    public func frame() -> [UInt8]? {
        guard entries.count <= QuotaRequest.maximumPeople else { return nil }
        var writer = FrameWriter(kind: Self.kind, reserving: 2 + entries.count * 32)
        writer.count(entries.count)
        for entry in entries {
            writer.integer(entry.uid)
            writer.flag(entry.use.isKnown)
            guard entry.use.isKnown else {
                writer.text(entry.use.problem ?? "", atMost: DiskUse.maximumProblem)
                continue
            }
            writer.amount(entry.use.used)
            writer.amount(entry.use.limit)
            writer.integer(entry.use.unit)
            writer.flag(entry.use.problem != nil)
            if let problem = entry.use.problem { writer.text(problem, atMost: DiskUse.maximumProblem) }
        }
        return writer.frame()
    }

    /// Reads a payload, header excluded.
    /// - Throws: ``FrameError`` for everything but a whole message.
    public init(payload: UnsafeRawBufferPointer) throws(FrameError) {
        var reader = try FrameReader(payload)
        let kind = try reader.byte()
        guard kind == Self.kind else { throw .unknownKind(kind) }
        var entries: [Entry] = []
        for _ in 0..<(try reader.count(atMost: QuotaRequest.maximumPeople, "entries")) {
            let uid = try reader.integer(UInt32.self)
            guard try reader.flag("known") else {
                let reason = try reader.text(atMost: DiskUse.maximumProblem, "problem")
                entries.append(Entry(uid: uid, use: .unknown(reason)))
                continue
            }
            let used = try reader.amount("used")
            let limit = try reader.amount("limit")
            let unit = try reader.integer(UInt32.self)
            guard unit > 0 else { throw .badValue(field: "unit") }
            let problem = try reader.flag("problem") ? try reader.text(atMost: DiskUse.maximumProblem, "problem") : nil
            entries.append(Entry(uid: uid, use: DiskUse(used: used, limit: limit, unit: unit, problem: problem)))
        }
        try reader.end()
        self.entries = entries
    }
}

extension FrameWriter {
    fileprivate mutating func amount(_ value: ByteCount?) {
        flag(value != nil)
        if let value { integer(UInt64(value.bytes)) }
    }
}

extension FrameReader {
    fileprivate mutating func amount(_ field: String) throws(FrameError) -> ByteCount? {
        guard try flag(field) else { return nil }
        guard let amount = ByteCount(bytes: Int64(bitPattern: try integer(UInt64.self))) else {
            throw .badValue(field: field)
        }
        return amount
    }
}

public import Identity
public import WorkerFrames

/// What `serve` asks of a store worker: one change for one person, in the name of the administrator whose session it shows.
///
/// Prints without the session's token, so that it cannot slip into a log.
public struct StoreRequest: Equatable, Sendable, CustomStringConvertible, CustomReflectable {
    /// The value of the administrator's session cookie: 43 characters of base64url. The worker looks the session up by itself.
    public let token: String
    /// Whom the change is for.
    public let user: UserName
    public let change: StoreChange

    /// The length of ``token``.
    public static let tokenLength = 43

    private enum Kind: UInt8 {
        case active = 1
        case quota = 2
    }

    public init(token: String, user: UserName, change: StoreChange) {
        self.token = token
        self.user = user
        self.change = change
    }

    /// The message as a frame, header included; `nil` when ``token`` has another length than ``tokenLength``.
    public func frame() -> [UInt8]? {
        guard token.utf8.count == Self.tokenLength else { return nil }
        let kind: Kind = if case .active = change { .active } else { .quota }
        var writer = FrameWriter(kind: kind.rawValue, reserving: 128)
        writer.text(token, atMost: Self.tokenLength)
        writer.text(user.rawValue, atMost: 32)
        switch change {
        case .active(let isActive):
            writer.flag(isActive)
        case .quota(let cpuCores, let memory, let disk, let gpu):
            writer.optional(cpuCores) { $0.integer($1.bitPattern) }
            writer.optional(memory) { $0.integer(UInt64($1.bytes)) }
            writer.optional(disk) { $0.integer(UInt64($1.bytes)) }
            writer.optional(gpu) { $0.flag($1) }
        }
        return writer.frame()
    }

    /// Reads a payload, header excluded. Whether numbers are a quota is judged by the worker.
    /// - Throws: ``FrameError`` for everything but a whole message.
    public init(payload: UnsafeRawBufferPointer) throws(FrameError) {
        var reader = try FrameReader(payload)
        let number = try reader.byte()
        guard let kind = Kind(rawValue: number) else { throw .unknownKind(number) }
        token = try reader.text(atMost: Self.tokenLength, "token")
        guard token.utf8.count == Self.tokenLength else { throw .badValue(field: "token") }
        guard let user = try? UserName(try reader.text(atMost: 32, "user")) else { throw .badValue(field: "user") }
        self.user = user
        switch kind {
        case .active:
            change = .active(try reader.flag("active"))
        case .quota:
            change = .quota(
                cpuCores: try reader.flag("has cpu") ? Double(bitPattern: try reader.integer(UInt64.self)) : nil,
                memory: try reader.amount("memory"),
                disk: try reader.amount("disk"),
                gpu: try reader.flag("has gpu") ? try reader.flag("gpu") : nil
            )
        }
        try reader.end()
    }

    public var description: String { "StoreRequest(for \(user): \(change))" }
    public var customMirror: Mirror { Mirror(self, children: ["user": user, "change": change]) }
}

extension FrameWriter {
    fileprivate mutating func optional<Value>(_ value: Value?, _ write: (inout FrameWriter, Value) -> Void) {
        flag(value != nil)
        if let value { write(&self, value) }
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

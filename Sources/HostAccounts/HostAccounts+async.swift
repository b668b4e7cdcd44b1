import Dispatch
public import Identity

extension HostAccounts {
    /// Look-ups wait here, few at a time, and never on a thread that others need.
    private static let queue = DispatchQueue(
        label: "diycloud.host-accounts",
        attributes: .concurrent
    )

    /// ``account(named:)`` for callers that must not wait.
    /// - Throws: ``HostAccountsError``.
    public func lookUp(_ name: UserName) async throws -> HostAccount? {
        try await withCheckedThrowingContinuation { continuation in
            Self.queue.async { continuation.resume(with: Result { try account(named: name) }) }
        }
    }
}

extension AccountTable {
    /// ``entry(named:)`` for callers that must not wait: what the file does not have is asked for elsewhere.
    public func lookUp(_ name: UserName) async -> Entry? {
        if let known = fileEntry(named: name) { return known }
        return await HostAccounts.elsewhere { self.entry(named: name) }
    }

    /// ``entry(uid:)`` for callers that must not wait.
    public func lookUp(uid: UInt32) async -> Entry? {
        if let known = fileEntry(uid: uid) { return known }
        return await HostAccounts.elsewhere { self.entry(uid: uid) }
    }
}

extension HostAccounts {
    fileprivate static func elsewhere<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in queue.async { continuation.resume(returning: work()) } }
    }
}

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

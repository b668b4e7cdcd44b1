public import LinuxAccounts

/// The account files of a host: the seam between the plan and the machine.
public protocol AccountHost: Sendable {
    var settings: AccountSettings { get }

    /// Reads the account files.
    func read() throws(AccountFilesError) -> HostSnapshot

    /// Whose business an account is; `nil` when there is none of that name.
    func ownership(of name: String, in host: HostSnapshot) -> Ownership?

    /// Whether the home, `notebooks/` and `data/` are there.
    func home(of account: LinuxAccount) -> HomeStanding

    /// Applies changes and looks again.
    /// - Returns: what is not so afterwards.
    func apply(
        _ changes: [AccountChange],
        progress: @escaping @Sendable (Int) -> Void
    ) async -> [(change: AccountChange, problem: AccountProblem)]
}

public import HostPrograms
public import LinuxAccounts

/// The accounts of this host, by its files and its own tools.
public struct SystemAccountHost: AccountHost {
    public let settings: AccountSettings
    private let tools: AccountTools

    public init(settings: AccountSettings, programs: any HostPrograms = SystemPrograms()) {
        self.settings = settings
        self.tools = AccountTools(settings: settings, programs: programs)
    }

    public func read() throws(AccountFilesError) -> HostSnapshot { try HostSnapshot.read() }

    public func ownership(of name: String, in host: HostSnapshot) -> Ownership? {
        host.ownership(of: name, settings: settings)
    }

    public func home(of account: LinuxAccount) -> HomeStanding {
        HomeDirectories(settings: settings).standing(of: account)
    }

    public func apply(
        _ changes: [AccountChange],
        progress: @escaping @Sendable (Int) -> Void
    ) async -> [(change: AccountChange, problem: AccountProblem)] {
        await tools.apply(changes, progress: progress)
    }
}

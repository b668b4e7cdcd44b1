import Glibc
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

    /// Anything of those names is enough below the home: what people make of their own directories is theirs.
    public func hasWholeHome(_ account: LinuxAccount) -> Bool {
        var status = stat()
        return lstat(account.home, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            && ["notebooks", "data"].allSatisfy { lstat("\(account.home)/\($0)", &status) == 0 }
    }

    public func apply(
        _ changes: [AccountChange],
        progress: @Sendable (Int) -> Void
    ) async -> [(change: AccountChange, problem: AccountProblem)] {
        await tools.apply(changes, progress: progress)
    }
}

/// The account files of the host at one moment: passwd(5), shadow(5), group(5), sudoers(5).
///
/// Only the files are read, not the name service: what a directory server knows cannot be changed here.
public struct HostSnapshot: Sendable, Equatable {
    /// By name. Of two lines with one name, the first counts, as it does for getpwnam(3).
    public let accounts: [String: LinuxAccount]
    /// By name. Of two lines with one name, the first counts.
    public let groups: [String: LinuxGroup]
    /// Whom sudo(8) knows.
    public let sudo: SudoRules
    let traces: Traces
    /// The names of the accounts that share a uid, in their order; only uids that several have.
    private let shared: [UInt32: [String]]

    /// - Parameters:
    ///   - sudo: whom sudo(8) knows; nobody where it is not said.
    ///   - made: the accounts that have the comment of those that we make.
    public init(
        accounts: [String: LinuxAccount] = [:],
        groups: [String: LinuxGroup] = [:],
        sudo: SudoRules = SudoRules(),
        made: Set<String> = []
    ) {
        self.init(accounts: accounts, groups: groups, sudo: sudo, traces: Traces(marked: made))
    }

    init(accounts: [String: LinuxAccount], groups: [String: LinuxGroup], sudo: SudoRules, traces: Traces) {
        self.accounts = accounts
        self.groups = groups
        self.sudo = sudo
        self.traces = traces
        var shared = Dictionary(grouping: accounts.values, by: \.uid).filter { $0.value.count > 1 }
            .mapValues { $0.map(\.name).sorted() }
        shared[0] = nil
        self.shared = shared
    }

    /// The other accounts with the uid of one. The kernel cannot tell them apart: who stops or limits one does it to all.
    public func namesSharing(uidOf account: LinuxAccount) -> [String] {
        shared[account.uid]?.filter { $0 != account.name } ?? []
    }

    /// What tells a half-made account from a whole one, and which tool may be let near the files.
    struct Traces: Sendable, Equatable {
        /// Accounts that passwd has and shadow does not.
        var withoutShadow: Set<String> = []
        /// Groups that group has and gshadow does not; empty when the host has no gshadow.
        var withoutGroupShadow: Set<String> = []
        /// Accounts whose comment is ``AccountTools/comment``.
        var marked: Set<String> = []
        /// A file with a line that systemd-sysusers(8) would lose: a comment, a blank or a broken line.
        var irregularFile: String?
    }
}

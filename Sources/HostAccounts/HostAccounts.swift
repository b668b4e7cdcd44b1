import Glibc
public import Identity

/// Looks accounts up by the name service switch (nsswitch.conf(5)).
///
/// A look-up may wait for a directory server: never call this on an event loop.
public struct HostAccounts: Sendable {
    /// Accounts that stand in for those of the name service; `nil` on a real host.
    private let standIns: [HostAccount]?

    public init() { standIns = nil }

    /// - Parameter standIns: all accounts that there are, for a test that must not touch those of its host.
    package init(standIns: [HostAccount]) { self.standIns = standIns }

    /// The account called `name`, or `nil` when there is none.
    /// - Throws: ``HostAccountsError`` when the name service cannot answer. That is not "no account": callers refuse.
    public func account(named name: UserName) throws(HostAccountsError) -> HostAccount? {
        if let standIns { return standIns.first { $0.name == name } }
        var size = max(1024, sysconf(Int32(_SC_GETPW_R_SIZE_MAX)))
        while true {
            var entry = passwd()
            var result: UnsafeMutablePointer<passwd>?
            var buffer = [CChar](repeating: 0, count: size)
            let code = getpwnam_r(name.rawValue, &entry, &buffer, buffer.count, &result)
            switch code {
            case 0 where result != nil:
                return HostAccount(
                    name: name,
                    uid: entry.pw_uid,
                    gid: entry.pw_gid,
                    home: entry.pw_dir.map { String(cString: $0) } ?? "/",
                    shell: entry.pw_shell.map { String(cString: $0) } ?? ""
                )
            case 0, ENOENT, ESRCH, EBADF, EPERM:
                // getpwnam_r(3) lists these as the ways in which libc implementations say "not found".
                return nil
            case ERANGE where size < 1 << 20:
                size *= 2
            case EINTR:
                continue
            default:
                throw HostAccountsError(name: name, code: code)
            }
        }
    }
}

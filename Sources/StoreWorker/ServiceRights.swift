import Glibc

/// Root's detour over the rights of `serve`: what lies in that account's directories is opened with no more than that account has, so that
/// links and files which it put there lead root nowhere.
struct ServiceRights {
    let user: UInt32
    let group: UInt32

    /// Does something with the rights of `serve`, and has root's back afterwards. A process that cannot go back ends.
    /// - Returns: `nil` when those rights cannot be had.
    func acting<Value>(_ body: () -> Value) -> Value? {
        guard geteuid() == 0 else { return body() }
        var groups = [group]
        guard setgroups(1, &groups) == 0, setegid(group) == 0, seteuid(user) == 0 else { return nil }
        let value = body()
        guard seteuid(0) == 0, setegid(0) == 0, setgroups(0, nil) == 0 else { exit(EX_OSERR) }
        return value
    }
}

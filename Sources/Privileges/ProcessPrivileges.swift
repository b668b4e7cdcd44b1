import CPrivilege
import Glibc

/// What a process does to itself to be worth less to whoever takes it over.
public enum ProcessPrivileges {
    /// Gives up root for good: groups, gid, uid, all capabilities, and `no_new_privs`; then tries to become root again and fails if
    /// that works. Call it before any thread is started: Linux keeps `no_new_privs` and capabilities for each thread.
    /// - Throws: ``PrivilegeError/notRoot`` or ``PrivilegeError/refused(step:errno:)``; the process must then end.
    public static func drop(to user: ServiceUser) throws(PrivilegeError) {
        guard geteuid() == 0 else { throw .notRoot }
        let outcome = cprivilege_drop(user.uid, user.gid, user.groups, user.groups.count)
        guard outcome.step == CPRIVILEGE_DONE else { throw PrivilegeError(outcome) }
        try harden()
    }

    /// No core dump, no ptrace by processes of the same user, no `/proc/PID/mem` (PR_SET_DUMPABLE 0). exec undoes the first part,
    /// so each process says it for itself.
    public static func harden() throws(PrivilegeError) {
        let problem = cprivilege_harden()
        guard problem == 0 else { throw .refused(step: "PR_SET_DUMPABLE", errno: problem) }
    }

    /// Lets this process open as many descriptors as the system allows it, at most `count`: shells and service managers hand down a soft
    /// limit of 1024 for the sake of programs that use select(2) (systemd.exec(5), LimitNOFILE=).
    /// - Returns: how many it may open now.
    @discardableResult
    public static func raiseDescriptorLimit(to count: UInt64) -> Int {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        // The least that POSIX promises.
        guard getrlimit(resource, &limit) == 0 else { return 20 }
        if limit.rlim_cur < count {
            let before = limit.rlim_cur
            limit.rlim_cur = min(rlim_t(count), limit.rlim_max)
            // What is refused leaves the limit as it was, which still works.
            if setrlimit(resource, &limit) != 0 { limit.rlim_cur = before }
        }
        return Int(clamping: limit.rlim_cur)
    }
}

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
}

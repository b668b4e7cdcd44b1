internal import CPrivilege
internal import Glibc

/// One process, held so that a signal reaches it and no other that has got its number meanwhile (pidfd_open(2)).
///
/// Whoever looks at a process by its number looks after the handle was made: what is seen then is this process, or the handle is dead.
final class ProcessHandle: Sendable {
    let number: pid_t
    /// -1 where the kernel (before Linux 5.3) or a filter of system calls has none; then the number must do.
    private let descriptor: Int32

    /// - Returns: nil when there is no such process.
    init?(_ number: pid_t) {
        self.number = number
        descriptor = cprivilege_pidfd_open(number)
        // Whatever keeps us from a descriptor (its absence, a filter, too many open files) must not keep anybody alive.
        if descriptor < 0, errno == ESRCH { return nil }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Sends SIGKILL, unless it has ended.
    func kill() {
        guard descriptor < 0 || cprivilege_pidfd_signal(descriptor, SIGKILL) == ENOSYS else { return }
        Glibc.kill(number, SIGKILL)
    }
}

import CPrivilege

/// A timer that ends this process by SIGKILL, however a PAM module blocks it.
struct KillTimer {
    private let timer: UnsafeMutableRawPointer?

    /// - Throws: ``WorkerError`` when the kernel gives no timer; the worker must not go on without.
    init() throws(WorkerError) {
        var timer: UnsafeMutableRawPointer?
        let problem = cprivilege_kill_timer_create(&timer)
        guard problem == 0 else { throw .system(call: "timer_create", errno: problem) }
        self.timer = timer
    }

    /// Sets the time that is left, at least one millisecond.
    func allow(_ time: Duration) throws(WorkerError) {
        let problem = cprivilege_kill_timer_arm(timer, Int64(time / .milliseconds(1)))
        guard problem == 0 else { throw .system(call: "timer_settime", errno: problem) }
    }
}

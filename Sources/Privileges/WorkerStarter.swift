import CPrivilege
import Glibc
import Logging

/// The loop of the root parent: signals, ended children, new connections, overdue workers. inetd(8) for a few services.
final class WorkerStarter {
    private let plan: RootParent.Plan
    /// As ``RootParent/Plan/workers`` has them.
    private let sockets: [WorkerSocket]
    private let logger: Logger
    private let signals: Int32
    private let child: pid_t
    private var workers: [pid_t: Worker] = [:]

    private struct Worker {
        /// Its place in ``RootParent/Plan/workers``.
        let kind: Int
        /// When it is to be killed; `nil` for never.
        var deadline: ContinuousClock.Instant?
    }

    /// Starts the child.
    init(plan: RootParent.Plan, sockets: [WorkerSocket], logger: Logger) throws(PrivilegeError) {
        self.plan = plan
        self.sockets = sockets
        self.logger = logger
        let awaited = [SIGTERM, SIGINT, SIGHUP, SIGCHLD]
        signals = cprivilege_signal_descriptor(awaited, awaited.count)
        guard signals >= 0 else { throw .refused(step: "sigaction", errno: errno) }
        let problem = cprivilege_adopt_orphans()
        guard problem == 0 else { throw .refused(step: "PR_SET_CHILD_SUBREAPER", errno: problem) }
        let process = ChildProcess(
            executable: plan.executable,
            arguments: plan.arguments,
            environment: Self.environment(),
            descriptors: plan.listening + plan.secrets,
            user: plan.user,
            parentDeathSignal: SIGTERM
        )
        child = try process.start()
        // The child has them now.
        for inherited in plan.listening + plan.secrets { close(inherited.descriptor) }
    }

    /// - Returns: the exit status of the child.
    func run() -> Int32 {
        while true {
            var entries = [pollfd(fd: signals, events: Int16(POLLIN), revents: 0)]
            for (kind, socket) in sockets.enumerated() {
                let acceptsMore = workers.values.count { $0.kind == kind } < plan.workers[kind].maximum
                // poll(2) skips a negative descriptor.
                entries.append(pollfd(fd: acceptsMore ? socket.descriptor : -1, events: Int16(POLLIN), revents: 0))
            }
            _ = poll(&entries, nfds_t(entries.count), millisecondsToNextDeadline())
            if entries[0].revents != 0, let status = handleSignals() { return status }
            for kind in sockets.indices where entries[kind + 1].revents != 0 { acceptConnection(kind) }
            killOverdueWorkers()
        }
    }

    private static func environment() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let line = entry.pointee {
            let text = String(cString: line)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            entry += 1
        }
        return variables
    }

    // MARK: Signals and ended children

    private func handleSignals() -> Int32? {
        while true {
            switch cprivilege_next_signal(signals) {
            case 0: return nil
            case SIGCHLD: if let status = reap() { return status }
            case let number: kill(child, number)
            }
        }
    }

    /// Collects ended children; the status of `serve` if it was among them.
    private func reap() -> Int32? {
        while true {
            var information = siginfo_t()
            // Not taken away yet: as long as the dead leader is there, nobody else can have the number of its group.
            guard waitid(P_ALL, 0, &information, WEXITED | WNOHANG | WNOWAIT) == 0 else { return nil }
            let pid = information._sifields._sigchld.si_pid
            guard pid > 0 else { return nil }
            // What a module started and left in the worker's process group.
            if workers[pid] != nil { kill(-pid, SIGKILL) }
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            if pid == child {
                for worker in workers.keys { kill(-worker, SIGKILL) }
                return Self.exitStatus(status)
            }
            if let worker = workers.removeValue(forKey: pid), status != 0 {
                logger.warning(
                    "a \(plan.workers[worker.kind].name) ended badly",
                    metadata: ["pid": "\(pid)", "status": "\(Self.exitStatus(status))"]
                )
            }
            killOrphans()
        }
    }

    /// Kills what a module left behind in a session of its own, as pam_exec's program is; it was handed to us when its worker died.
    private func killOrphans() {
        let file = open("/proc/self/task/\(getpid())/children", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = max(0, read(file, &bytes, bytes.count))
        // A number that the buffer cut short has no space behind it, and its process is met at the next turn.
        for number in bytes.prefix(count).split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
            .dropLast()
        {
            guard let pid = pid_t(String(decoding: number, as: UTF8.self)) else { continue }
            if pid != child, workers[pid] == nil { kill(pid, SIGKILL) }
        }
    }

    /// What a shell makes of a wait status (wait(2)).
    private static func exitStatus(_ status: Int32) -> Int32 {
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    // MARK: Workers

    private func acceptConnection(_ kind: Int) {
        let connection = cprivilege_accept(sockets[kind].descriptor)
        guard connection >= 0 else { return }
        defer { close(connection) }
        let wanted = plan.workers[kind]
        var uid: uid_t = 0
        var pid: pid_t = 0
        guard cprivilege_peer(connection, &uid, &pid) == 0, uid == 0 || uid == plan.user.uid else {
            logger.warning("a stranger asked for a \(wanted.name)", metadata: ["uid": "\(uid)", "pid": "\(pid)"])
            return
        }
        do {
            let worker = ChildProcess(
                executable: plan.executable,
                arguments: wanted.arguments,
                environment: Self.environment().filter { Self.isForWorkers($0.key) },
                descriptors: [try NamedDescriptor(name: "connection", descriptor: connection)],
                user: nil,
                parentDeathSignal: SIGKILL
            )
            let deadline = wanted.timeLimit.map { ContinuousClock.now + $0 }
            workers[try worker.start()] = Worker(kind: kind, deadline: deadline)
        } catch {
            logger.error("a \(wanted.name) could not be started", metadata: ["error": "\(error)"])
        }
    }

    /// Modules run as root and act on their environment; it is kept to what systemd would give them.
    private static func isForWorkers(_ variable: String) -> Bool {
        ["PATH", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH"].contains(variable) || variable.hasPrefix("LC_")
    }

    private func millisecondsToNextDeadline() -> Int32 {
        guard let next = workers.values.compactMap(\.deadline).min() else { return -1 }
        return Int32(clamping: max(0, Int64(ContinuousClock.now.duration(to: next) / .milliseconds(1)) + 1))
    }

    private func killOverdueWorkers() {
        let now = ContinuousClock.now
        for (pid, worker) in workers {
            guard let deadline = worker.deadline, deadline <= now else { continue }
            kill(-pid, SIGKILL)
            // Not again at each turn until it is reaped.
            workers[pid]?.deadline = now + .seconds(1)
        }
    }
}

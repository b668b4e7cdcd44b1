import CPrivilege
import Glibc
public import Logging

/// What stays root when `serve` is started as root without systemd: a process that starts workers and does nothing else.
///
/// ```
/// RootParent (root) ─┬─ serve (unprivileged; fork + exec of this executable, sockets and secret files as descriptors)
///                    ├─ pam-worker (root, one for each connection to its socket, as descriptor 3)
///                    ├─ quota-worker (likewise, at a socket of its own)
///                    └─ store-worker (likewise)
/// ```
/// For `serve` it looks like systemd with `Accept=yes`: it connects to a worker's socket and speaks frames.
public enum RootParent {
    /// What to run.
    public struct Plan: Sendable {
        /// Whom `serve` becomes.
        public var user: ServiceUser
        /// Listening sockets for `serve`, found there by ``InheritedDescriptors/fromEnvironment()``.
        public var listening: [NamedDescriptor]
        /// Secret files opened for reading by root. `serve` reads the descriptors; it cannot open the files.
        public var secrets: [NamedDescriptor]
        /// The kinds of workers, each behind a socket of its own.
        public var workers: [WorkerPlan]
        /// The program of all children.
        public var executable: String
        /// Arguments of `serve`, without the program's name; they must not lead it here again.
        public var arguments: [String]

        public init(
            user: ServiceUser,
            listening: [NamedDescriptor],
            secrets: [NamedDescriptor],
            workers: [WorkerPlan],
            executable: String = "/proc/self/exe",
            arguments: [String]
        ) {
            self.user = user
            self.listening = listening
            self.secrets = secrets
            self.workers = workers
            self.executable = executable
            self.arguments = arguments
        }
    }

    /// Starts the child and serves the workers' sockets until the child ends; then ends with its status (128 and the number of the
    /// signal that killed it). SIGTERM, SIGINT and SIGHUP are passed on to the child. It never
    /// gives its thread back, which may be any.
    /// - Throws: ``PrivilegeError`` if it cannot begin; nothing is left behind then.
    public static func run(_ plan: Plan, logger: Logger) throws(PrivilegeError) -> Never {
        guard geteuid() == 0 else { throw .notRoot }
        try ProcessPrivileges.harden()
        var sockets: [WorkerSocket] = []
        do throws(PrivilegeError) {
            for worker in plan.workers { sockets.append(try WorkerSocket(path: worker.socketPath, owner: plan.user)) }
            let loop = try WorkerStarter(plan: plan, sockets: sockets, logger: logger)
            let status = loop.run()
            for socket in sockets { socket.remove() }
            exit(status)
        } catch {
            for socket in sockets { socket.remove() }
            throw error
        }
    }
}

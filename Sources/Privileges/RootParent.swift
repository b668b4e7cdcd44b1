import CPrivilege
import Glibc
public import Logging

/// What stays root when `serve` is started as root without systemd: a process that starts PAM workers and does nothing else.
///
/// ```
/// RootParent (root) ─┬─ serve (unprivileged; fork + exec of this executable, sockets and secret files as descriptors)
///                    └─ pam-worker (root, one for each connection to the worker socket, as descriptor 3)
/// ```
/// For `serve` it looks like systemd with `Accept=yes`: it connects to the worker socket and speaks frames.
public enum RootParent {
    /// What to run.
    public struct Plan: Sendable {
        /// Whom `serve` becomes.
        public var user: ServiceUser
        /// Listening sockets for `serve`, found there by ``InheritedDescriptors/fromEnvironment()``.
        public var listening: [NamedDescriptor]
        /// Secret files opened for reading by root. `serve` reads the descriptors; it cannot open the files.
        public var secrets: [NamedDescriptor]
        /// Where workers are asked for; its directory is made if missing and must be root's. At most 107 bytes.
        public var workerSocketPath: String
        /// The program of both kinds of children.
        public var executable: String
        /// Arguments of `serve`, without the program's name; they must not lead it here again.
        public var arguments: [String]
        /// Arguments of a worker: `["pam-worker", "--config", …]`.
        public var workerArguments: [String]
        /// After which a worker is killed, if its own timer has not done so: a little over conversation and step limit.
        public var workerTimeLimit: Duration
        /// Workers at one time; further connections wait in the socket's backlog.
        public var maximumWorkers: Int

        public init(
            user: ServiceUser,
            listening: [NamedDescriptor],
            secrets: [NamedDescriptor],
            workerSocketPath: String,
            executable: String = "/proc/self/exe",
            arguments: [String],
            workerArguments: [String],
            workerTimeLimit: Duration = .seconds(150),
            maximumWorkers: Int = 96
        ) {
            self.user = user
            self.listening = listening
            self.secrets = secrets
            self.workerSocketPath = workerSocketPath
            self.executable = executable
            self.arguments = arguments
            self.workerArguments = workerArguments
            self.workerTimeLimit = workerTimeLimit
            self.maximumWorkers = maximumWorkers
        }
    }

    /// Starts the child and serves the worker socket until the child ends; then ends with its status (128 and the number of the
    /// signal that killed it). SIGTERM, SIGINT and SIGHUP are passed on to the child. It never
    /// gives its thread back, which may be any.
    /// - Throws: ``PrivilegeError`` if it cannot begin; nothing is left behind then.
    public static func run(_ plan: Plan, logger: Logger) throws(PrivilegeError) -> Never {
        guard geteuid() == 0 else { throw .notRoot }
        try ProcessPrivileges.harden()
        let socket = try WorkerSocket(path: plan.workerSocketPath, owner: plan.user)
        let loop = try WorkerStarter(plan: plan, socket: socket, logger: logger)
        let status = loop.run()
        socket.remove()
        exit(status)
    }
}

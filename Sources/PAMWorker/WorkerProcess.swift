import CPrivilege
import Glibc
import PAMProtocol
import WorkerFrames

/// The process that holds one conversation with PAM and then ends. It is the only one that loads libpam.
///
/// It is started with a connected unix socket as descriptor 3, by systemd (`Accept=yes`) or by the root parent of `serve`; both look the
/// same from here. It has one thread, knows no network, and is killed by a timer of its own when a module or a person takes too long.
public enum WorkerProcess {
    /// What root says to a worker; nothing of it can be said over the socket.
    public struct Configuration: Sendable {
        /// The name of the PAM service (`/etc/pam.d/<service>`).
        public var service: String
        /// An absolute directory to read service files from instead of the system's (pam_start_confdir(3), Linux-PAM 1.4).
        public var serviceDirectory: String?
        /// Whose processes may speak to the worker besides root's: the uid of `serve`.
        public var allowedUID: UInt32?
        /// Linux accounts below this uid are refused without a question to PAM, so that no caller can try passwords of root or of a
        /// service. 0 lets every account through.
        public var minimumUID: UInt32
        /// The group of the accounts that are ours (`accounts.group`): those of them that never had a password may be given their first one.
        /// `nil` for none.
        public var accountsGroup: String?
        /// How long PAM may work between two exchanges.
        public var stepLimit: Duration
        /// How long a whole conversation may wait for a person.
        public var conversationLimit: Duration
        /// RLIMIT_AS of the process, in bytes; `nil` for none.
        public var addressSpace: UInt64?

        public init(
            service: String = "diycloud-bridge",
            serviceDirectory: String? = nil,
            allowedUID: UInt32? = nil,
            minimumUID: UInt32 = 1000,
            accountsGroup: String? = nil,
            stepLimit: Duration = .seconds(10),
            conversationLimit: Duration = .seconds(120),
            addressSpace: UInt64? = 2 << 30
        ) {
            self.service = service
            self.serviceDirectory = serviceDirectory
            self.allowedUID = allowedUID
            self.minimumUID = minimumUID
            self.accountsGroup = accountsGroup
            self.stepLimit = stepLimit
            self.conversationLimit = conversationLimit
            self.addressSpace = addressSpace
        }
    }

    /// Whether a text can be the name of a PAM service: 1 to 64 of lower-case letters, digits, `.`, `_`, `-`, not beginning with a dot.
    public static func isServiceName(_ text: String) -> Bool { ServiceFile.isName(text) }

    /// The first descriptor after standard error, where systemd puts an accepted connection (sd_listen_fds(3)).
    public static let inheritedDescriptor: Int32 = 3

    /// Serves the connection on ``inheritedDescriptor``.
    /// - Returns: the exit status of the process (sysexits.h): 0 when the conversation came to its end or the other side hung up.
    public static func run(_ configuration: Configuration) -> Int32 {
        var uid: uid_t = 0
        var pid: pid_t = 0
        let problem = cprivilege_peer(inheritedDescriptor, &uid, &pid)
        guard problem == 0 else {
            complain(
                "pam-worker needs a connected unix socket as descriptor 3; it is started by diycloud-bridge-pam.socket or by "
                    + "\"diycloud-bridge serve\" run as root, not by hand"
            )
            return EX_USAGE
        }
        guard uid == 0 || uid == configuration.allowedUID else {
            complain("pam-worker refused process \(pid) of uid \(uid), which is neither root nor the user of serve")
            return EX_NOPERM
        }
        do throws(WorkerError) {
            try confine(configuration)
            let session = WorkerSession(
                socket: FrameSocket(descriptor: inheritedDescriptor),
                timer: try KillTimer(),
                configuration: configuration
            )
            try session.run()
            return 0
        } catch {
            complain("pam-worker: \(error)")
            return error.exitStatus
        }
    }

    /// Before the first byte of a password: no core dump, no descriptor for the programs that modules start, last in line for the processor.
    private static func confine(_ configuration: Configuration) throws(WorkerError) {
        let problem = cprivilege_harden()
        guard problem == 0 else { throw .system(call: "prctl", errno: problem) }
        cprivilege_close_on_exec_from(inheritedDescriptor)
        umask(0o077)
        // Sign-ins are heavy by design (yescrypt); checks of sessions go first.
        _ = nice(10)
        yieldToOtherSessions()
        guard let limit = configuration.addressSpace else { return }
        let refusal = cprivilege_limit_address_space(limit)
        guard refusal == 0 else { throw .system(call: "setrlimit", errno: refusal) }
    }

    /// With autogroups nice(2) counts only among the processes of one session, so the session as a whole steps back, too (sched(7)). Where
    /// there are none the file is missing, and nice alone says it.
    private static func yieldToOtherSessions() {
        setsid()
        let file = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        _ = write(file, "10", 2)
    }

    private static func complain(_ sentence: String) {
        let line = Array((sentence + "\n").utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}

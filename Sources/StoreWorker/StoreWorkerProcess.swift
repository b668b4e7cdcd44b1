import CPrivilege
import Glibc
import StoreProtocol
import WorkerFrames

/// The process that changes the user store for `serve`, which may not.
///
/// It is started with a connected unix socket as descriptor 3, by systemd (`Accept=yes`) or by the root parent of `serve`, makes one of a
/// closed list of changes for each request until the other side hangs up, and ends at the first message that is no such request. That
/// a request comes over the socket gives it no right: the session that it shows must be one of an administrator (``ActingAdministrator``).
public enum StoreWorkerProcess {
    /// What root says to a worker; nothing of it can be said over the socket.
    public struct Configuration: Sendable {
        /// Whose processes may speak to the worker besides root's, and with whose rights the bridge database is read: `serve`'s.
        public var serviceUser: UInt32
        public var serviceGroup: UInt32
        /// The user store, absolute.
        public var storePath: String
        /// The bridge database, absolute.
        public var databasePath: String
        /// Seconds without a request after which a session does not count, and after which it does not in any case.
        public var sessionIdle: Int64
        public var sessionLifetime: Int64
        /// Seconds after which a change that does not come to an end costs the process its life, at least 1. SQLite takes an unfinished
        /// transaction back.
        public var stepLimit: UInt32

        public init(
            serviceUser: UInt32,
            serviceGroup: UInt32,
            storePath: String,
            databasePath: String,
            sessionIdle: Int64,
            sessionLifetime: Int64,
            stepLimit: UInt32 = 30
        ) {
            self.serviceUser = serviceUser
            self.serviceGroup = serviceGroup
            self.storePath = storePath
            self.databasePath = databasePath
            self.sessionIdle = sessionIdle
            self.sessionLifetime = sessionLifetime
            self.stepLimit = max(1, stepLimit)
        }
    }

    /// The first descriptor after standard error, where systemd puts an accepted connection (sd_listen_fds(3)).
    public static let inheritedDescriptor: Int32 = 3

    /// CAP_CHOWN and CAP_DAC_OVERRIDE for a store that is another's and stays so, CAP_SETGID and CAP_SETUID to read the bridge database
    /// with its owner's rights (capabilities(7)).
    private static let kept: UInt64 = 1 << 0 | 1 << 1 | 1 << 6 | 1 << 7

    /// Serves the connection on ``inheritedDescriptor``.
    /// - Returns: the exit status of the process (sysexits.h): 0 when the other side hung up between two requests.
    public static func run(_ configuration: Configuration) -> Int32 {
        var uid: uid_t = 0
        var pid: pid_t = 0
        guard cprivilege_peer(inheritedDescriptor, &uid, &pid) == 0 else {
            complain(
                "store-worker needs a connected unix socket as descriptor 3; it is started by diycloud-bridge-store.socket or by "
                    + "\"diycloud-bridge serve\" run as root, not by hand"
            )
            return EX_USAGE
        }
        guard uid == 0 || uid == configuration.serviceUser else {
            complain("store-worker refused process \(pid) of uid \(uid), which is neither root nor the user of serve")
            return EX_NOPERM
        }
        let problem = confine()
        guard problem == 0 else {
            complain("store-worker cannot give up what it does not need: \(String(cString: strerror(problem)))")
            return EX_OSERR
        }
        do throws(FrameSocketError) {
            try serve(FrameSocket(descriptor: inheritedDescriptor), configuration)
            return 0
        } catch {
            complain("store-worker: the connection failed: \(error)")
            if case .malformed = error { return EX_PROTOCOL }
            return EX_IOERR
        }
    }

    private static func serve(_ socket: FrameSocket, _ configuration: Configuration) throws(FrameSocketError) {
        let desk = StoreDesk(configuration, note: complain)
        while let request = try socket.receive(StoreRequest.init(payload:)) {
            // Its default is to end the process, and nothing here changes that (signal(7)).
            alarm(configuration.stepLimit)
            let response = desk.answer(request)
            alarm(0)
            // Never `nil`: a sentence is cut to what fits.
            guard var frame = response.frame() else { throw .closed }
            try socket.send(&frame, before: .now + .seconds(Int(configuration.stepLimit)))
        }
    }

    /// Before the first byte is read: no core dump, and of root's rights only those that are named above.
    private static func confine() -> Int32 {
        let problem = cprivilege_harden()
        guard problem == 0 else { return problem }
        cprivilege_close_on_exec_from(inheritedDescriptor)
        umask(0o077)
        signal(SIGALRM, SIG_DFL)
        return cprivilege_keep_capabilities(kept)
    }

    private static func complain(_ sentence: String) {
        let line = Array((sentence + "\n").utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }
}

import CPrivilege
import Glibc
import QuotaProtocol
import WorkerFrames

/// The process that reads disk quotas for `serve`, which may not: those of other accounts want CAP_SYS_ADMIN (quotactl(2)).
///
/// It is started with a connected unix socket as descriptor 3, by systemd (`Accept=yes`) or by the root parent of `serve`, answers one
/// kind of question until the other side hangs up, and ends at the first message that is not that question. It writes nothing anywhere.
public enum QuotaWorkerProcess {
    /// What root says to a worker; nothing of it can be said over the socket.
    public struct Configuration: Sendable {
        /// Whose processes may speak to the worker besides root's: the uid of `serve`.
        public var allowedUID: UInt32?
        /// Seconds after which a look at the file system that does not come back (a network file system whose server is gone) costs the
        /// process its life, at least 1.
        public var stepLimit: UInt32

        public init(allowedUID: UInt32?, stepLimit: UInt32 = 10) {
            self.allowedUID = allowedUID
            self.stepLimit = max(1, stepLimit)
        }
    }

    /// The first descriptor after standard error, where systemd puts an accepted connection (sd_listen_fds(3)).
    public static let inheritedDescriptor: Int32 = 3

    /// CAP_DAC_READ_SEARCH and CAP_SYS_ADMIN (capabilities(7)).
    private static let kept: UInt64 = 1 << 2 | 1 << 21

    /// Serves the connection on ``inheritedDescriptor``.
    /// - Returns: the exit status of the process (sysexits.h): 0 when the other side hung up between two questions.
    public static func run(_ configuration: Configuration, source: some QuotaSource) -> Int32 {
        var uid: uid_t = 0
        var pid: pid_t = 0
        guard cprivilege_peer(inheritedDescriptor, &uid, &pid) == 0 else {
            complain(
                "quota-worker needs a connected unix socket as descriptor 3; it is started by diycloud-bridge-quota.socket or by "
                    + "\"diycloud-bridge serve\" run as root, not by hand"
            )
            return EX_USAGE
        }
        guard uid == 0 || uid == configuration.allowedUID else {
            complain("quota-worker refused process \(pid) of uid \(uid), which is neither root nor the user of serve")
            return EX_NOPERM
        }
        let problem = confine()
        guard problem == 0 else {
            complain("quota-worker cannot give up what it does not need: \(String(cString: strerror(problem)))")
            return EX_OSERR
        }
        do throws(FrameSocketError) {
            try serve(FrameSocket(descriptor: inheritedDescriptor), source, stepLimit: configuration.stepLimit)
            return 0
        } catch {
            complain("quota-worker: the connection failed: \(error)")
            if case .malformed = error { return EX_PROTOCOL }
            return EX_IOERR
        }
    }

    private static func serve(
        _ socket: FrameSocket,
        _ source: some QuotaSource,
        stepLimit: UInt32
    ) throws(FrameSocketError) {
        while let request = try socket.receive(QuotaRequest.init(payload:)) {
            // Its default is to end the process, and nothing here changes that (signal(7)).
            alarm(stepLimit)
            let uses = source.use(of: request.uids)
            let entries = request.uids.map { QuotaResponse.Entry(uid: $0, use: uses[$0] ?? .unknown("not looked at")) }
            alarm(0)
            // Never `nil`: as many entries as the request had, each within its bounds.
            guard var frame = QuotaResponse(entries: entries).frame() else { throw .closed }
            try socket.send(&frame, before: .now + .seconds(Int(stepLimit)))
        }
    }

    /// Before the first byte is read: no core dump, and of root's rights only those to read quotas.
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

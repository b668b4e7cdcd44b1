public import Logging
public import NIOCore
import NIOPosix
public import ServiceLifecycle
import Synchronization
import UserStore

/// The Docker guard: takes connections, has each request judged, and passes on what the judge says.
public struct GuardService: Service {
    public struct Configuration: Sendable {
        /// The engine's unix socket.
        public var engineSocket: String
        public var entrances: [GuardEntrance]
        /// The directory with `ca.pem`, `server.pem`, `server.key` and `valid.json`; needed for a TLS entrance.
        public var certificates: String
        public var limits: GuardLimits
        /// How long calls may go on after the service was told to stop.
        public var drainTime: Duration

        public init(
            engineSocket: String,
            entrances: [GuardEntrance],
            certificates: String,
            limits: GuardLimits = GuardLimits(),
            drainTime: Duration = .seconds(5)
        ) {
            self.engineSocket = engineSocket
            self.entrances = entrances
            self.certificates = certificates
            self.limits = limits
            self.drainTime = drainTime
        }
    }

    private let configuration: Configuration
    private let callers: any CallerDirectory
    private let judge: any GuardJudge
    private let changes: AsyncStream<Void>
    private let certificates: GuardCertificates
    private let logger: Logger
    private let whenReady: @Sendable ([SocketAddress]) -> Void

    /// - Parameters:
    ///   - certificates: as they are on disk; the directory of callers asks it whether one counts.
    ///   - changes: an element whenever the user store has changed (``UserStore/UserStore/changes``).
    ///   - whenReady: called once connections are taken, with the addresses, in the order of the entrances. The engine need not be there.
    public init(
        configuration: Configuration,
        callers: any CallerDirectory,
        judge: any GuardJudge,
        certificates: GuardCertificates,
        changes: AsyncStream<Void>,
        logger: Logger,
        whenReady: @escaping @Sendable ([SocketAddress]) -> Void
    ) {
        self.configuration = configuration
        self.callers = callers
        self.judge = judge
        self.certificates = certificates
        self.changes = changes
        self.logger = logger
        self.whenReady = whenReady
    }

    /// Serves until the graceful shutdown or the end of the task.
    /// - Throws: what keeps an entrance from being opened.
    public func run() async throws {
        let register = ConnectionRegister(limits: configuration.limits)
        let usesTLS = configuration.entrances.contains(where: \.isTLS)
        if usesTLS { certificates.gate.refresh() }
        var servers: [any Channel] = []
        for entrance in configuration.entrances {
            let listener = GuardListener(
                entrance: entrance,
                desk: JudgingDesk(callers: callers, judge: judge),
                engine: EngineSocket(path: configuration.engineSocket),
                limits: configuration.limits,
                register: register,
                gate: certificates.gate,
                logger: logger
            )
            servers.append(try await listener.open(on: MultiThreadedEventLoopGroup.singleton))
        }
        whenReady(servers.compactMap(\.localAddress))
        let watch = SwitchOffWatch(
            callers: callers,
            register: register,
            gate: usesTLS ? certificates.gate : nil,
            logger: logger
        )
        await cancelWhenGracefulShutdown { await watch.run(changes: changes) }
        for server in servers { try? await server.close() }
        await drain(register)
    }

    private func drain(_ register: ConnectionRegister) async {
        register.drain()
        let end = ContinuousClock.now + configuration.drainTime
        while register.count > 0, ContinuousClock.now < end {
            // Also after the task was cancelled: then there is no waiting.
            guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { break }
        }
        register.closeAll()
    }
}

/// The certificates of the guard as they are on disk, for whoever must know whether one counts.
public struct GuardCertificates: Sendable {
    let gate: TLSGate

    /// - Parameter directory: holds `ca.pem`, `server.pem`, `server.key` and `valid.json`.
    public init(directory: String, logger: Logger) { gate = TLSGate(directory: directory, logger: logger) }

    /// Whether a client certificate is on the list of valid ones, at `now` (seconds since 1970).
    public func allows(name: String, serial: String, now: Int64) -> Bool {
        gate.allows(name: name, serial: serial, now: now)
    }
}

import BridgeConfiguration
import Foundation
import Logging
import Privileges
import SyncReport
import UserStore
import UserSync

/// `sync-users --watch`: the service.
struct WatchMode {
    let assembly: SyncAssembly
    let parts: SyncParts
    let store: StoreOption
    let choices: SyncChoices

    /// Until SIGTERM or SIGINT; SIGHUP looks at everybody again.
    func run() async throws {
        LoggingSystem.bootstrap(StreamLogHandler.standardError)
        var logger = Logger(label: "diycloud-bridge.sync")
        logger.logLevel = Logger.Level(rawValue: assembly.configuration.log.level.rawValue) ?? .info
        let (again, hangups) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        StopSignal.whenSignalled(SIGHUP) { hangups.yield() }
        let configuration = assembly.configuration
        let watch = SyncWatch(
            store: SQLiteUserStore(path: try store.storePath()),
            run: assembly.run(parts),
            scope: SyncScope(
                areas: try choices.areas(),
                allowsMassDisable: choices.allowMassDisable,
                allowsLockAdministrator: choices.allowLockAdministrator
            ),
            lock: configuration.sync.lock,
            command: SyncTurn.command,
            interval: configuration.sync.interval,
            now: { .now }
        )
        do {
            try await watch.run(until: .onInterrupt(), again: again) { [logger] event in Self.log(event, logger) }
        } catch let failure as SyncLock.Failure {
            throw CommandFailure("Another watch keeps this host in line: \(failure)")
        }
    }

    private static func log(_ event: SyncWatch.Event, _ logger: Logger) {
        switch event {
        case .ready:
            logger.notice("ready")
            ReadinessNotification.ready()
        case .trouble(let text): logger.error("\(text)")
        case .waiting(let failure): logger.notice("waiting: \(failure)")
        case .ran(let plan, let outcome):
            // Each change is in the audit log; the journal gets those that a person can read, and the sum.
            for change in outcome.applied.prefix(50) {
                logger.info("\(change.area.rawValue): \(change.what)", change.why)
            }
            for failure in outcome.failed.prefix(50) {
                logger.error("could not \(failure.change.what)", failure.reason)
            }
            for (area, reason) in outcome.troubles { logger.error("\(area.rawValue) was not reconciled", reason) }
            guard !outcome.applied.isEmpty || !outcome.isComplete else { return }
            logger.notice(
                "\(outcome.applied.count) changes applied, \(outcome.failed.count) could not be",
                "\(plan.desired.people.count) people, \(outcome.findings.count) findings"
            )
        }
    }
}

extension Logger {
    fileprivate func info(_ message: Message, _ reason: String) { info(message, metadata: ["reason": "\(reason)"]) }
    fileprivate func error(_ message: Message, _ reason: String) { error(message, metadata: ["reason": "\(reason)"]) }
    fileprivate func notice(_ message: Message, _ detail: String) { notice(message, metadata: ["of": "\(detail)"]) }
}

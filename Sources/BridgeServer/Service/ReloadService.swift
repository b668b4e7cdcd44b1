import BridgeConfiguration
import Identity
import Logging
import ServiceLifecycle
import UnixSignals

/// Reads the configuration again at each SIGHUP, and opens the audit log anew for logrotate(8).
struct ReloadService: Service {
    let parts: BridgeParts
    let path: String

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) { await reload() }
        }
    }

    private func reload() async {
        parts.audit.reopen()
        do {
            let configuration = try Configuration.load(path: path)
            let needsRestart = parts.live.reload(configuration)
            await parts.tables.replaceRules(ServiceRules(configuration.services.mapValues(\.roles)))
            parts.logger.notice("configuration read again", metadata: ["path": "\(path)"])
            if needsRestart {
                parts.logger.warning(
                    "some changes need a restart: only services, spawn, public and log change while the service runs"
                )
            }
        } catch {
            parts.logger.error("the configuration stays as it was", metadata: ["reason": "\(error)"])
        }
    }
}

import Logging
import PAMClient
import ServiceLifecycle

/// Looks now and then whether the PAM worker can be had, and says so when that changes.
struct HealthWatch: Service {
    let pam: PAMClient
    let health: BridgeHealth
    let logger: Logger

    private static let period: Duration = .seconds(10)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let state = await pam.checkService()
                if !Task.isCancelled, health.note(state) { logger.warning("\(state)") }
                try? await Task.sleep(for: Self.period)
            }
        }
    }
}

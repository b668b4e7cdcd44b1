import Logging
import PAMClient
import ServiceLifecycle

/// Looks now and then whether the PAM worker can be had, and says so when that changes. How it was at the start is known
/// by then (``PAMReadiness``).
struct HealthWatch: Service {
    let pam: PAMClient
    let health: BridgeHealth
    let logger: Logger

    private static let period: Duration = .seconds(10)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.period)
                guard !Task.isCancelled else { return }
                let state = await pam.checkService()
                if !Task.isCancelled, health.note(state) { logger.warning("\(state)") }
            }
        }
    }
}

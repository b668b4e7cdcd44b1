import Logging
import Regulation
import ServiceLifecycle
import Sessions
import SignIn

/// What has to be done again and again: sessions that expire or that a command ended, conversations that nobody answered,
/// counters that have run out.
struct Housekeeping: Service {
    let register: SessionRegister
    let signIn: SignInService
    let regulator: Regulator
    let logger: Logger

    /// A command's `session revoke` counts within this time and a moment.
    private static let period: Duration = .milliseconds(250)
    /// Counters are looked through once in so many rounds.
    private static let purgeEvery = 240

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var round = 0
            while !Task.isCancelled {
                await attempt("sweep sessions") { try await register.sweep(now: .now) }
                await signIn.sweep()
                if round % Self.purgeEvery == 0 {
                    await attempt("purge counters") { try await regulator.purge(now: .now) }
                }
                round += 1
                try? await Task.sleep(for: Self.period)
            }
        }
    }

    private func attempt(_ what: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            logger.error("could not \(what)", metadata: ["reason": "\(error)"])
        }
    }
}

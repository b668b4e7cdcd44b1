import DockerPolicy
import HostAccounts
import Logging
import UserStore

/// Cuts the open connections of everybody who may not come in any more.
///
/// A store that cannot be read cuts nobody: it lets nobody in either, and a stream that runs shows nothing that its owner had not.
struct SwitchOffWatch: Sendable {
    let callers: any CallerDirectory
    let register: ConnectionRegister
    let gate: TLSGate?
    let logger: Logger
    var accountDirectory = "/etc"
    var period: Duration = .milliseconds(250)

    /// Reviews after each change of the store, of the account files and of the list of certificates, and at least every five seconds, since
    /// a certificate also ends by the clock.
    func run(changes: AsyncStream<Void>) async {
        await withTaskGroup(of: Void.self) { tasks in
            let review = Review(watch: self)
            tasks.addTask { for await _ in changes { await review.run() } }
            tasks.addTask {
                var files = AccountFiles.now(in: accountDirectory)
                var quietRounds = 0
                while !Task.isCancelled {
                    try? await Task.sleep(for: period)
                    let now = AccountFiles.now(in: accountDirectory)
                    let hasNewList = gate?.refresh() ?? false
                    quietRounds += 1
                    guard now != files || hasNewList || quietRounds >= 20 else { continue }
                    files = now
                    quietRounds = 0
                    await review.run()
                }
            }
        }
    }

    /// Remembers how far everybody's hands reached, so that a right that was taken away ends what it began.
    private actor Review {
        private let watch: SwitchOffWatch
        private var powers: [Arrival: Caller.Power] = [:]

        init(watch: SwitchOffWatch) { self.watch = watch }

        func run() async {
            var seen: [Arrival: Caller.Power] = [:]
            for arrival in watch.register.arrivals {
                switch await watch.callers.caller(for: arrival) {
                case .success(let caller):
                    if let before = powers[arrival], before != caller.power { cut(arrival, "role-changed") }
                    seen[arrival] = caller.power
                case .failure(let refusal) where refusal.status == 403: cut(arrival, refusal.reason)
                case .failure: seen[arrival] = powers[arrival]
                }
            }
            powers = seen
        }

        private func cut(_ arrival: Arrival, _ reason: String) {
            let count = watch.register.close(arrival)
            watch.logger.notice(
                "connections closed",
                metadata: ["from": "\(arrival)", "reason": "\(reason)", "count": "\(count)"]
            )
        }
    }
}

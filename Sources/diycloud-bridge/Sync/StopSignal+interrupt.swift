import Dispatch
import Glibc
import UserSync

extension StopSignal {
    /// Raised by the first SIGINT or SIGTERM; the second ends the process as it always does.
    static func onInterrupt() -> StopSignal {
        let stop = StopSignal()
        for number in [SIGINT, SIGTERM] {
            whenSignalled(number) {
                stop.raise()
                signal(number, SIG_DFL)
            }
        }
        return stop
    }

    /// Calls `body` at each signal of that number, for as long as the process lives.
    static func whenSignalled(_ number: Int32, _ body: @escaping @Sendable () -> Void) {
        // Not SIG_IGN, which the programs that are started here would inherit (execve(2)).
        signal(number) { _ in }
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler(handler: body)
        source.activate()
        sources.withLock { $0.append(source) }
    }

    private static let sources = Kept()

    /// A source that nobody keeps is one that nobody hears.
    private final class Kept: Sendable {
        private let queue = DispatchQueue(label: "diycloud-bridge.signals")
        nonisolated(unsafe) private var sources: [any DispatchSourceSignal] = []

        func withLock(_ body: (inout [any DispatchSourceSignal]) -> Void) { queue.sync { body(&sources) } }
    }
}

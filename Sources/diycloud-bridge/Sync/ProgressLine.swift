import Foundation
import Synchronization

/// How far a run has come, on standard error: a bar on a terminal, a line every few seconds elsewhere.
final class ProgressLine: Sendable {
    private struct State {
        var shown: ContinuousClock.Instant
        var isOpen = false
    }

    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let state = Mutex(State(shown: .now))

    func show(_ stage: String, _ done: Int, _ total: Int) {
        guard total > 0 else { return }
        state.withLock { state in
            let pause: Duration = isTerminal ? .milliseconds(80) : .seconds(10)
            guard ContinuousClock.now - state.shown >= pause else { return }
            state.shown = .now
            state.isOpen = isTerminal
            let filled = done * 24 / total
            let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
            write(isTerminal ? "\r\u{1B}[K\(stage)  \(bar)  \(done) of \(total)" : "\(stage): \(done) of \(total)\n")
        }
    }

    /// Takes the bar away.
    func end() {
        state.withLock { state in
            if state.isOpen { write("\r\u{1B}[K") }
            state.isOpen = false
        }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

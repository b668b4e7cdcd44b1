import Dispatch
import Glibc
import Synchronization

/// Ctrl-C ends a run after the step that is at work; a second one ends it at once.
final class StopSwitch: Sendable {
    private let count = Atomic(0)
    private let notice: String
    // Made and resumed in init, and kept so that it lives; never touched again.
    nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

    /// - Parameter notice: what a first press is answered with.
    init(saying notice: String = "Stopping after this step. Once more ends at once; the next run finishes.") {
        self.notice = notice
        sources = [SIGINT, SIGTERM].map { DispatchSource.makeSignalSource(signal: $0, queue: .global()) }
        for (source, number) in zip(sources, [SIGINT, SIGTERM]) {
            signal(number, SIG_IGN)
            source.setEventHandler { [weak self] in self?.press() }
            source.resume()
        }
    }

    var isOn: Bool { count.load(ordering: .relaxed) > 0 }

    private func press() {
        if count.add(1, ordering: .relaxed).newValue > 1 { _exit(130) }
        print("\n\(notice)")
    }
}

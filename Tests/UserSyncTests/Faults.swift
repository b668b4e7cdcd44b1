import Synchronization
import TestSupport

/// What goes wrong on a simulated host, the same for each seed: nothing at all without one.
final class Faults: Sendable {
    private struct State {
        var random: SeededGenerator
        var unseen: Set<String> = []
    }

    private let isOn: Bool
    private let state: Mutex<State>

    init(seed: UInt64?) {
        isOn = seed != nil
        state = Mutex(State(random: SeededGenerator(seed: seed ?? 0)))
    }

    /// Whether a change is not made, and nobody says so.
    var isSwallowed: Bool { strikes(0.15) }

    /// Whether an adapter complains, rightly or not.
    var isComplained: Bool { strikes(0.1) }

    /// Whether a whole look fails.
    var isBlind: Bool { strikes(0.02) }

    /// From now on something cannot be seen any more, maybe.
    func mayHide(_ name: String) {
        guard strikes(0.2) else { return }
        state.withLock { _ = $0.unseen.insert(name) }
    }

    func hides(_ name: String) -> Bool { state.withLock { $0.unseen.contains(name) } }

    private func strikes(_ probability: Double) -> Bool {
        isOn && state.withLock { Double.random(in: 0..<1, using: &$0.random) < probability }
    }
}

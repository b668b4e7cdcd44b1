import Synchronization

/// Tells a run to end after the step that it is at.
///
/// Cancelling its task instead would kill the program that is at work just then; that is safe, and left to whoever asks twice.
public final class StopSignal: Sendable {
    private let state = Mutex<(isRaised: Bool, listeners: [@Sendable () -> Void])>((false, []))

    public init() {}

    public var isRaised: Bool { state.withLock { $0.isRaised } }

    public func raise() {
        let listeners = state.withLock { state in
            state.isRaised = true
            defer { state.listeners = [] }
            return state.listeners
        }
        for listener in listeners { listener() }
    }

    /// Calls `body` when the signal is raised, at once when it has been.
    func whenRaised(_ body: @escaping @Sendable () -> Void) {
        let isRaised = state.withLock { state in
            if !state.isRaised { state.listeners.append(body) }
            return state.isRaised
        }
        if isRaised { body() }
    }
}

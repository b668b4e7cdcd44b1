import Synchronization

/// Whether anybody may pass at all: closed while the user store cannot be read, so that the service fails closed.
package final class VerifyGate: Sendable {
    private let open = Atomic<Bool>(false)

    package init() {}

    package var isOpen: Bool {
        get { open.load(ordering: .relaxed) }
        set { open.store(newValue, ordering: .relaxed) }
    }
}

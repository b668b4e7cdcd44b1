/// A notebook server that runs, starts or stops.
public struct HubServer: Sendable, Equatable {
    /// Its name; empty for a person's default server.
    public let name: String
    /// Whether it answers requests.
    public let ready: Bool
    /// What the hub is doing with it just now; `nil` when nothing.
    public let pending: Pending?

    /// A change that is under way.
    public enum Pending: String, Sendable {
        case spawn, stop, check
    }

    public init(name: String, ready: Bool, pending: Pending? = nil) {
        self.name = name
        self.ready = ready
        self.pending = pending
    }
}

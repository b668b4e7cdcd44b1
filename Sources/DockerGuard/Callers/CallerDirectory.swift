public import DockerPolicy

/// Knows who may use the guard, and with what.
public protocol CallerDirectory: Sendable {
    /// Looks somebody up as things are now. Called for each request: answers from memory whenever it can.
    /// - Returns: the caller; or what to tell somebody who may not come in (403), or nobody now (503).
    func caller(for arrival: Arrival) async -> Result<Caller, DockerRefusal>
}

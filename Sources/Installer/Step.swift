public import HostChanges

/// One thing that a component wants of the host.
///
/// ``look()`` is asked before, to make the plan; right before ``apply(_:)``, since earlier steps have changed the host; and after it, as
/// the proof. What counts is what is found, never how a program ended.
public protocol Step: Sendable {
    var component: Component { get }
    /// What it does, as a heading: "Install nginx".
    var title: String { get }

    /// Compares the host with what is wanted. Cheap, and changes nothing.
    func look() async throws -> StepStanding

    /// What ``apply(_:)`` will leave on the host that is not there now. Recorded before it is made.
    func traces() async throws -> [HostTrace]

    /// Brings the host to what is wanted. May be called again after a run that was killed anywhere in it.
    func apply(_ report: StepReport) async throws
}

extension Step {
    public func traces() async throws -> [HostTrace] { [] }
}

public import HostChanges

/// A step of its own kind: what is looked at, left and done is said where it is made.
public struct ProbedStep: Step {
    public let component: Component
    public let title: String
    private let looking: @Sendable () async throws -> StepStanding
    private let tracing: @Sendable () async throws -> [HostTrace]
    private let applying: @Sendable (StepReport) async throws -> Void

    public init(
        _ component: Component,
        _ title: String,
        look: @escaping @Sendable () async throws -> StepStanding,
        traces: @escaping @Sendable () async throws -> [HostTrace] = { [] },
        apply: @escaping @Sendable (StepReport) async throws -> Void
    ) {
        self.component = component
        self.title = title
        looking = look
        tracing = traces
        applying = apply
    }

    public func look() async throws -> StepStanding { try await looking() }
    public func traces() async throws -> [HostTrace] { try await tracing() }
    public func apply(_ report: StepReport) async throws { try await applying(report) }
}

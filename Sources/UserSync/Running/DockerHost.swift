public import DockerCertificates

/// Docker on this host, as a run sees and changes it. Tests put a simulated one in its place.
public protocol DockerHost: Sendable {
    /// What happens to the containers of people who are switched off.
    var whenDisabled: DockerPlanner.WhenDisabled { get }
    /// Whether the guard listens for Portainer.
    var usesCertificates: Bool { get }

    /// The oldest API version that the engine takes, `1.24`; `nil` when there is none or it does not say.
    func oldestAPI() async -> String?

    /// Looks at everything once.
    /// - Parameter people: the uids of those whose containers count: everybody of the store, and who was one of ours.
    /// - Throws: ``DockerHostError`` when nothing can be said; parts that cannot be looked at are ``DockerReading/troubles``.
    func reading(of people: [String: UInt32]) async throws(DockerHostError) -> DockerReading

    /// Does some steps, all that it can.
    /// - Parameter kept: the certificates that stay on the list, for `dropOld`.
    /// - Returns: what there was to complain about.
    func apply(
        _ steps: [DockerPlanner.Step],
        keeping kept: [ValidCertificates.Entry],
        progress: @escaping @Sendable (Int) -> Void
    ) async -> [DockerPlanner.Step: String]
}

/// Why something of Docker could not be looked at or done, as a sentence.
public struct DockerHostError: Error, Sendable, Equatable {
    public let reason: String

    public init(_ reason: String) { self.reason = reason }
}

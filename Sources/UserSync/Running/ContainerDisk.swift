import DockerEngine
import Identity

/// What people's containers and volumes take, counted now and then: the engine walks every layer for it.
actor ContainerDisk {
    private let engine: EngineMaintenance
    private var counted: [UserName: ByteCount] = [:]
    private var lastCount: ContinuousClock.Instant?

    /// How old a count may be.
    private static let age: Duration = .seconds(15 * 60)
    /// A run is not held up for longer.
    private static let patience: Duration = .seconds(30)

    init(engine: EngineMaintenance) { self.engine = engine }

    /// - Parameter parents: `HostConfig.CgroupParent` of each person, by name.
    /// - Throws: ``EngineError`` when the engine could not count in time; it is not asked again before the next count is due.
    func bytes(cgroupParents parents: [String: String]) async throws(EngineError) -> [UserName: ByteCount] {
        if let lastCount, ContinuousClock.now - lastCount < Self.age { return counted }
        lastCount = .now
        counted = [:]
        for (name, usage) in try await engine.usage(cgroupParents: parents, within: Self.patience) {
            guard let name = try? UserName(name) else { continue }
            counted[name] = ByteCount(bytes: usage.containers + usage.volumes)
        }
        return counted
    }
}

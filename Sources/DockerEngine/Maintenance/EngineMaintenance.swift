import DockerPolicy

/// What `sync-users` does with the containers of persons: look, stop, pause, and add up what they have written.
public struct EngineMaintenance: Sendable {
    private let client: EngineClient
    private let objects: EngineObjects

    public init(client: EngineClient, objects: EngineObjects) {
        self.client = client
        self.objects = objects
    }

    /// A container of a person, as it stands now.
    public struct OwnedContainer: Sendable, Equatable {
        public let id: String
        /// Without the leading slash.
        public let name: String
        /// `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`.
        public let state: String

        init(_ summary: EngineDocuments.ContainerSummary) {
            let display = summary.names.first ?? ""
            id = summary.id
            name = display.hasPrefix("/") ? String(display.dropFirst()) : display
            state = summary.state
        }

        /// Whether processes of it exist.
        public var hasProcesses: Bool { state == "running" || state == "paused" || state == "restarting" }
    }

    /// The containers of people, by name: of those with the label, who is in the person's cgroup.
    /// - Parameter parents: `HostConfig.CgroupParent` of each person whose containers count.
    /// - Throws: ``EngineError``.
    public func containers(
        cgroupParents parents: [String: String]
    ) async throws(EngineError) -> [String: [OwnedContainer]] {
        var found: [String: [OwnedContainer]] = [:]
        for summary in try await objects.labelled() {
            guard let owner = summary.labels[OwnerLabels.owner], let parent = parents[owner],
                let facts = try await objects.container(id: summary.id),
                Sight.own(name: owner, cgroupParent: parent).shows(facts)
            else { continue }
            found[owner, default: []].append(OwnedContainer(summary))
        }
        return found
    }

    /// The containers of a person, by label and cgroup parent.
    /// - Throws: ``EngineError``.
    public func containers(of name: String, cgroupParent: String) async throws(EngineError) -> [OwnedContainer] {
        let sight = Sight.own(name: name, cgroupParent: cgroupParent)
        var own: [OwnedContainer] = []
        for summary in try await objects.labelled(with: name) {
            guard let facts = try await objects.container(id: summary.id), sight.shows(facts) else { continue }
            own.append(OwnedContainer(summary))
        }
        return own
    }

    /// Stops a container: SIGTERM (or its own stop signal), and SIGKILL after the grace time. One that does not run, or
    /// is gone, is fine.
    /// - Parameter grace: in whole seconds.
    /// - Throws: ``EngineError``.
    public func stop(_ id: String, grace: Int = 10) async throws(EngineError) {
        try await change(id, "stop", query: [("t", String(grace))], within: .seconds(grace + 30))
    }

    /// Freezes the processes of a running container. One that is paused already or does not run is fine.
    public func pause(_ id: String) async throws(EngineError) { try await change(id, "pause") }

    /// Lets a paused container go on. One that is not paused is fine.
    public func unpause(_ id: String) async throws(EngineError) { try await change(id, "unpause") }

    /// What a person keeps in the engine, in bytes.
    public struct Usage: Sendable, Equatable {
        /// Written into the writable layers of containers.
        public var containers: Int64 = 0
        public var volumes: Int64 = 0
        /// Layers of images they own that no other image shares.
        public var images: Int64 = 0

        public init(containers: Int64 = 0, volumes: Int64 = 0, images: Int64 = 0) {
            self.containers = containers
            self.volumes = volumes
            self.images = images
        }
    }

    /// What each person keeps, by name. The engine walks every layer and volume for it: minutes on a full disk.
    /// - Parameters:
    ///   - cgroupParents: of each person whose containers count, by name.
    ///   - images: the guard's record of who pulled what.
    /// - Throws: ``EngineError``.
    public func usage(
        cgroupParents: [String: String],
        images: ImageOwners? = nil,
        within limit: Duration = .seconds(600)
    ) async throws(EngineError) -> [String: Usage] {
        let answer = try await client.call("GET", ["system", "df"], within: limit)
        guard answer.status == 200 else { throw answer.unexpected }
        let document: EngineDocuments.DiskUsage = try answer.decoded()
        var usage: [String: Usage] = [:]
        for container in document.containers {
            guard let owner = container.labels[OwnerLabels.owner], let parent = cgroupParents[owner],
                let facts = try await objects.container(id: container.id), facts.cgroupParent == parent
            else { continue }
            usage[owner, default: Usage()].containers += container.writtenBytes
        }
        for volume in document.volumes {
            guard let owner = volume.labels[OwnerLabels.owner] else { continue }
            usage[owner, default: Usage()].volumes += volume.size
        }
        for image in document.images {
            let recorded = await images?.owner(of: image.id)
            guard let owner = recorded ?? image.labels[OwnerLabels.imageOwner] else { continue }
            usage[owner, default: Usage()].images += image.ownBytes
        }
        return usage
    }

    private func change(
        _ id: String,
        _ verb: String,
        query: [(name: String, value: String)] = [],
        within limit: Duration? = nil
    ) async throws(EngineError) {
        let answer = try await client.call("POST", ["containers", id, verb], query: query, within: limit)
        switch answer.status {
        case 204, 304, 404: return
        // Already paused, not paused, or not running: 409 since API 1.25, 500 from some versions.
        case 409 where verb != "stop": return
        case 500 where verb != "stop" && answer.message.contains("is not "): return
        default: throw answer.unexpected
        }
    }
}

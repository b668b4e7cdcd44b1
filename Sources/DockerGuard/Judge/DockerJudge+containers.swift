import DockerEngine
import DockerPolicy
import NIOCore

extension DockerJudge {
    /// How many containers of one person are made at the same time at most. Making one can take minutes (an image with much
    /// at the place of a volume), and each holds one of the connections by which the judge asks the engine for everybody.
    private static let creationsAtOnce = 8

    /// Creates a container: what it names is looked up, its volumes are claimed, and the engine is asked while the names
    /// of these volumes are locked.
    func createContainer(_ request: GuardRequest, _ body: JSONObject) async throws(DockerRefusal) -> GuardDecision {
        let creation = try ContainerCreation(body: body, name: request.call["name"])
        var resolved = try await resolved(creation.references, request)
        var judged = try creation.judged(for: request.caller, settings: settings, resolved: resolved)
        if creation.references.usesDefaultNetwork {
            // Only now: no network is made for a container that is refused.
            resolved.defaultNetwork = try await defaultNetwork(of: request.caller)
            judged = try creation.judged(for: request.caller, settings: settings, resolved: resolved)
        }
        let (settled, place) = (judged, "\(request.caller.name) \(Int.random(in: 0..<Self.creationsAtOnce))")
        return try await creations.with([place]) { () async throws(DockerRefusal) in
            try await self.create(settled, for: request)
        }
    }

    private func create(
        _ judged: JudgedCreation,
        for request: GuardRequest
    ) async throws(DockerRefusal) -> GuardDecision {
        return try await volumeNames.with(judged.volumesToClaim) { () async throws(DockerRefusal) -> GuardDecision in
            var made: [String] = []
            do throws(DockerRefusal) {
                for name in judged.volumesToClaim
                where try await self.claim(name, for: request.caller) { made.append(name) }
                let answer = try await self.engineCreate(request, judged)
                // The engine, too, leaves nothing behind of a create that failed.
                if answer.status >= 400 { await self.discard(volumes: made) }
                return self.answered(answer)
            } catch {
                await self.discard(volumes: made)
                throw error
            }
        }
    }

    private func engineCreate(_ request: GuardRequest, _ judged: JudgedCreation) async throws(DockerRefusal)
        -> EngineAnswer
    {
        let uri = request.call.uri(query: request.query(with: "name", judged.name))
        // The engine copies what the image has at the place of each new volume: that may take its time.
        return try await asking { () async throws(EngineError) in
            try await engine.send(
                "POST",
                uri: uri,
                body: JSONValue.object(judged.body).serialized(),
                within: .seconds(600)
            )
        }
    }

    private func resolved(
        _ references: ContainerReferences,
        _ request: GuardRequest
    ) async throws(DockerRefusal) -> ResolvedReferences {
        var resolved = ResolvedReferences()
        guard
            let image = try await asking({ () async throws(EngineError) in try await objects.image(references.image) })
        else { throw .noSuchImage(references.image) }
        resolved.declaredVolumes = image.declaredVolumes
        resolved.exposedPorts = image.exposedPorts
        resolved.containers = try await own(references.containers, request.ownSight)
        for reference in references.networks {
            resolved.networks[reference] = try await network(reference, request.ownSight).id
        }
        if references.usesDefaultNetwork {
            resolved.defaultNetwork = PersonNetworks.defaultName(of: request.caller.name.rawValue)
        }
        return resolved
    }

    /// The containers that a body names, by the text that names them.
    /// - Throws: 404 for the first that is not there for the caller.
    func own(_ references: Set<String>, _ sight: Sight) async throws(DockerRefusal) -> [String: OwnContainer] {
        var own: [String: OwnContainer] = [:]
        for reference in references {
            let facts = try await container(reference, sight)
            let state = try await asking { () async throws(EngineError) in
                try await objects.state(ofContainer: facts.id)
            }
            guard let state else { throw .noSuchContainer(reference) }
            own[reference] = OwnContainer(
                id: facts.id,
                name: state.name,
                bindsHost: facts.bindsHost,
                destinations: facts.destinations
            )
        }
        return own
    }

    func defaultNetwork(of caller: Caller) async throws(DockerRefusal) -> String {
        try await asking { () async throws(EngineError) in
            try await networks.defaultNetwork(of: caller, settings: settings).id
        }
    }

    func updateContainer(
        _ request: GuardRequest,
        _ object: PathObject,
        _ body: JSONObject
    ) throws(DockerRefusal) -> GuardDecision {
        let judged = try ContainerUpdate(body: body).judged(for: request.caller, settings: settings)
        return .forward(
            request.plan(
                reference: object.reference,
                body: .bytes(judged.buffer),
                contentType: "application/json"
            )
        )
    }

    func renameContainer(_ request: GuardRequest, _ object: PathObject) -> GuardDecision {
        // The engine says in a conflict whose id has the name.
        .forward(request.plan(reference: object.reference, answer: withoutForeignIDs))
    }

    /// Copying in and out of a container. The engine does it as root, and through the mounts of a running container: into
    /// a home it could leave a setuid program, out of one it could carry what is readable for root only.
    func archive(_ request: GuardRequest, _ object: PathObject) throws(DockerRefusal) -> GuardDecision {
        if request.operation != .containerArchiveHead, object.container?.bindsHost == true {
            throw .forbidden(
                "Files cannot be copied in or out of a container that has your home in it. "
                    + "Copy them within the container, or by way of your home.",
                reason: "archive-with-home-bound"
            )
        }
        guard request.operation == .containerArchivePut else {
            return .forward(request.plan(reference: object.reference))
        }
        return .forward(
            request.plan(reference: object.reference, body: .stream, contentType: "application/x-tar")
        )
    }
}

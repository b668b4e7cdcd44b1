import DockerEngine
import DockerPolicy

/// The object that a path names, as it turned out.
enum PathObject: Sendable {
    case none
    case container(ContainerFacts)
    /// An exec belongs to whom its container belongs.
    case exec(ExecFacts, ContainerFacts)
    case network(NetworkFacts)
    /// By name, which is all that a volume has.
    case volume(String)
    /// As the client wrote it: images are there for all to read.
    case image(String)

    /// What goes into the path: a full id where there is one, so that what was checked is what is used.
    var reference: String? {
        switch self {
        case .none: nil
        case .container(let facts): facts.id
        case .exec(let facts, _): facts.id
        case .network(let facts): facts.id
        case .volume(let name), .image(let name): name
        }
    }

    /// The container that is touched.
    var container: ContainerFacts? {
        switch self {
        case .container(let facts), .exec(_, let facts): facts
        default: nil
        }
    }
}

extension DockerJudge {
    /// Finds what the path names, among what the caller sees.
    /// - Throws: 404 in the engine's own words for what is not there and for what is somebody else's; 403 for an
    ///   administrator of the restricted kind who wants to do with it what only its owner may.
    func object(of request: GuardRequest) async throws(DockerRefusal) -> PathObject {
        guard let reference = request.call.reference else { return .none }
        let found: PathObject
        switch request.call.rule.object {
        case .none: return .none
        case .image: return .image(reference)
        case .container: found = .container(try await container(reference, request.sight))
        case .exec:
            let exec = try await asking { () async throws(EngineError) in try await objects.exec(reference) }
            guard let exec, let container = try? await container(exec.containerID, request.sight) else {
                throw .noSuchExec(reference)
            }
            found = .exec(exec, container)
        case .network: found = .network(try await network(reference, request.sight))
        case .volume:
            let volume = try await asking { () async throws(EngineError) in try await objects.volume(reference) }
            guard let volume, request.sight.shows(owner: volume.owner) else { throw .noSuchVolume(reference) }
            try supervised(request, isOwn: request.ownSight.shows(owner: volume.owner))
            return .volume(volume.name)
        }
        if let container = found.container {
            try supervised(request, isOwn: request.ownSight.shows(container))
        } else if case .network(let network) = found {
            try supervised(request, isOwn: request.ownSight.shows(owner: network.owner))
        }
        return found
    }

    func container(_ reference: String, _ sight: Sight) async throws(DockerRefusal) -> ContainerFacts {
        let found = try await asking { () async throws(EngineError) in
            try await objects.container(reference, seenBy: sight)
        }
        switch found {
        case .found(let facts): return facts
        case .missing: throw .noSuchContainer(reference)
        case .ambiguous:
            throw .malformed("multiple IDs found with provided prefix: \(reference)", reason: "ambiguous-reference")
        }
    }

    func network(_ reference: String, _ sight: Sight) async throws(DockerRefusal) -> NetworkFacts {
        let found = try await asking { () async throws(EngineError) in
            try await objects.network(reference, seenBy: sight)
        }
        switch found {
        case .found(let facts): return facts
        case .missing: throw .noSuchNetwork(reference)
        case .ambiguous: throw .malformed("network \(reference) is ambiguous", reason: "ambiguous-reference")
        }
    }

    /// Refuses an administrator of the restricted kind what is more than looking, stopping and removing.
    private func supervised(_ request: GuardRequest, isOwn: Bool) throws(DockerRefusal) {
        guard request.caller.power == .overseer, !isOwn else { return }
        switch request.operation {
        case .containerInspect, .containerTop, .containerLogs, .containerChanges, .containerStats, .containerWait,
            .containerStop, .containerKill, .containerPause, .containerUnpause, .containerRemove, .execInspect,
            .networkInspect, .networkRemove, .networkDisconnect, .volumeInspect, .volumeRemove:
            return
        default:
            throw .forbidden(
                "Administrators here may look at, stop and remove what belongs to others, and no more. "
                    + "Its owner can do this; docker.administrators in bridge.yaml can allow it.",
                reason: "foreign-object-of-overseer"
            )
        }
    }
}

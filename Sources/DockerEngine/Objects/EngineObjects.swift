import DockerPolicy
import Foundation

/// Looks objects of the engine up by id, prefix or name, for somebody who sees only some of them.
///
/// What never changes is remembered by full id, so that a plain call costs one look-up the first time and none after
/// that. What can change (names, states, volumes, tags of images) is asked for each time. An id is never used twice by
/// Docker, so that facts of a removed object do no harm: the engine itself then answers that it is not there.
public actor EngineObjects {
    private let client: EngineClient
    private var containers: BoundedCache<ContainerFacts>
    private var execs: BoundedCache<ExecFacts>
    private var networks: BoundedCache<NetworkFacts>
    /// The owners of volumes when they were last looked at: for events only, never for a decision about a call.
    private var volumeOwners: BoundedCache<String?>

    /// - Parameter capacity: how many containers, execs and networks are remembered of each.
    public init(client: EngineClient, capacity: Int = 16_384) {
        self.client = client
        containers = BoundedCache(capacity: capacity)
        execs = BoundedCache(capacity: capacity)
        networks = BoundedCache(capacity: capacity)
        volumeOwners = BoundedCache(capacity: capacity)
    }

    // MARK: Containers

    /// The container that a full id, a prefix of one or a name means to somebody.
    ///
    /// A prefix is resolved among what they see: that it is also a prefix of somebody else's container makes no
    /// difference, neither to what is found nor to what is ambiguous. The engine's own order holds: id, name, prefix.
    /// - Throws: ``EngineError`` when the engine gave no answer.
    public func container(_ reference: String, seenBy sight: Sight) async throws(EngineError) -> Resolution<
        ContainerFacts
    > {
        let term = reference.hasPrefix("/") ? String(reference.dropFirst()) : reference
        guard ObjectReference.isName(term) else { return .missing }
        if ObjectReference.isFullID(term), let known = containers[term] {
            return sight.shows(known) ? .found(known) : .missing
        }
        let answer = try await client.call("GET", ["containers", term, "json"])
        switch answer.status {
        case 200:
            let facts = try remembered(answer.decoded())
            if sight.shows(facts) { return .found(facts) }
        case 404: return .missing
        default:
            guard answer.namesSeveral else { throw answer.unexpected }
        }
        guard case .own(let name, _) = sight else { return answer.status == 200 ? .missing : .ambiguous }
        return try await ownContainer(term, ownerLabel: name, sight)
    }

    /// The facts of a container, whoever owns it; nothing when there is none.
    /// - Parameter id: a full id.
    public func container(id: String) async throws(EngineError) -> ContainerFacts? {
        guard case .found(let facts) = try await container(id, seenBy: .everything), facts.id == id else { return nil }
        return facts
    }

    /// How a container stands now.
    /// - Parameter id: a full id.
    public func state(ofContainer id: String) async throws(EngineError) -> ContainerState? {
        guard ObjectReference.isFullID(id) else { return nil }
        let answer = try await client.call("GET", ["containers", id, "json"])
        guard answer.status == 200 else {
            guard answer.status == 404 else { throw answer.unexpected }
            return nil
        }
        let document: EngineDocuments.Container = try answer.decoded()
        _ = remembered(document)
        return document.id == id ? document.state : nil
    }

    /// Which of these containers somebody sees: for the answers to lists.
    public func visible(_ ids: [String], to sight: Sight) async throws(EngineError) -> Set<String> {
        var visible = Set<String>()
        for id in ids {
            if let facts = try await container(id: id), sight.shows(facts) { visible.insert(id) }
        }
        return visible
    }

    private func ownContainer(
        _ term: String,
        ownerLabel: String,
        _ sight: Sight
    ) async throws(EngineError) -> Resolution<ContainerFacts> {
        var prefixed: [ContainerFacts] = []
        for summary in try await labelled(with: ownerLabel) {
            let named = summary.names.contains { $0 == "/" + term }
            guard named || summary.id.hasPrefix(term) else { continue }
            guard let facts = try await container(id: summary.id), sight.shows(facts) else { continue }
            if named || summary.id == term { return .found(facts) }
            prefixed.append(facts)
        }
        switch prefixed.count {
        case 0: return .missing
        case 1: return .found(prefixed[0])
        default: return .ambiguous
        }
    }

    /// The ids of all containers that carry an owner label, whether or not they are that person's.
    public func containers(labelledWith owner: String) async throws(EngineError) -> [String] {
        try await labelled(with: owner).map(\.id)
    }

    /// All containers with the owner label, running or not.
    /// - Parameter owner: whose; `nil` for anybody's.
    func labelled(with owner: String? = nil) async throws(EngineError) -> [EngineDocuments.ContainerSummary] {
        let answer = try await client.call(
            "GET",
            ["containers", "json"],
            query: [("all", "1"), ("filters", Self.labelFilter(owner))]
        )
        guard answer.status == 200 else { throw answer.unexpected }
        return try answer.decoded()
    }

    private func remembered(_ document: EngineDocuments.Container) -> ContainerFacts {
        let facts = document.facts
        containers[facts.id] = facts
        return facts
    }

    // MARK: Execs

    /// The exec of an id; Docker knows no prefixes and no names here.
    public func exec(_ id: String) async throws(EngineError) -> ExecFacts? {
        guard ObjectReference.isFullID(id) else { return nil }
        if let known = execs[id] { return known }
        let answer = try await client.call("GET", ["exec", id, "json"])
        guard answer.status == 200 else {
            guard answer.status == 404 else { throw answer.unexpected }
            return nil
        }
        let document: EngineDocuments.Exec = try answer.decoded()
        guard document.id == id else { return nil }
        let facts = ExecFacts(id: id, containerID: document.containerID)
        execs[id] = facts
        return facts
    }

    // MARK: Networks

    /// The network that a full id, a prefix of one or a name means to somebody.
    public func network(_ reference: String, seenBy sight: Sight) async throws(EngineError) -> Resolution<NetworkFacts>
    {
        guard ObjectReference.isNetworkName(reference) else { return .missing }
        if ObjectReference.isFullID(reference), let known = networks[reference] {
            return sight.shows(owner: known.owner) ? .found(known) : .missing
        }
        let answer = try await client.call("GET", ["networks", reference])
        switch answer.status {
        case 200:
            let document: EngineDocuments.Network = try answer.decoded()
            let facts = document.facts
            networks[facts.id] = facts
            if sight.shows(owner: facts.owner) { return .found(facts) }
        case 404: return .missing
        default:
            guard answer.namesSeveral else { throw answer.unexpected }
        }
        guard case .own(let name, _) = sight else { return answer.status == 200 ? .missing : .ambiguous }
        let own = try await networks(query: [("filters", Self.labelFilter(name))]).filter { $0.owner == name }
        if let exact = own.first(where: { $0.id == reference }) { return .found(exact) }
        let named = own.filter { $0.name == reference }
        let candidates = named.isEmpty ? own.filter { $0.id.hasPrefix(reference) } : named
        switch candidates.count {
        case 0: return .missing
        case 1: return .found(candidates[0])
        default: return .ambiguous
        }
    }

    /// All networks of the engine.
    public func networks(
        query: [(name: String, value: String)] = []
    ) async throws(EngineError) -> [NetworkFacts] {
        let answer = try await client.call("GET", ["networks"], query: query)
        guard answer.status == 200 else { throw answer.unexpected }
        let documents: [EngineDocuments.Network] = try answer.decoded()
        let all = documents.map(\.facts)
        for facts in all { networks[facts.id] = facts }
        return all
    }

    /// The facts of a network, also of one that is gone by now, if it was looked at before.
    /// - Parameter id: a full id.
    public func knownNetwork(_ id: String) async throws(EngineError) -> NetworkFacts? {
        guard case .found(let facts) = try await network(id, seenBy: .everything), facts.id == id else { return nil }
        return facts
    }

    // MARK: Volumes and images

    /// Whose a volume was when it was last looked at; looked at now when it never was. Nothing for nobody's.
    ///
    /// For events, which tell of a volume after it is gone. The name can be somebody else's in the meantime.
    public func knownOwner(ofVolume name: String) async throws(EngineError) -> String? {
        if let known = volumeOwners[name] { return known }
        return try await refreshedOwner(ofVolume: name)
    }

    /// Whose a volume is now.
    public func refreshedOwner(ofVolume name: String) async throws(EngineError) -> String? {
        guard let volume = try await volume(name) else { return nil }
        return volume.owner
    }

    /// The volume of a name. Never remembered: the name can be somebody else's in the next moment.
    public func volume(_ name: String) async throws(EngineError) -> VolumeFacts? {
        guard ObjectReference.isName(name) else { return nil }
        let answer = try await client.call("GET", ["volumes", name])
        guard answer.status == 200 else {
            guard answer.status == 404 else { throw answer.unexpected }
            return nil
        }
        let document: EngineDocuments.Volume = try answer.decoded()
        volumeOwners[document.facts.name] = .some(document.facts.owner)
        return document.facts
    }

    /// The image of a name, id or digest.
    public func image(_ reference: String) async throws(EngineError) -> ImageFacts? {
        guard let segments = ObjectReference.imageSegments(reference) else { return nil }
        let answer = try await client.call("GET", ["images"] + segments + ["json"])
        guard answer.status == 200 else {
            // 400 is what the engine says to a text that cannot be a reference.
            guard answer.status == 404 || answer.status == 400 else { throw answer.unexpected }
            return nil
        }
        let document: EngineDocuments.Image = try answer.decoded()
        return document.facts
    }

    /// The ids of all images, without intermediate ones.
    public func imageIDs() async throws(EngineError) -> Set<String> {
        let answer = try await client.call("GET", ["images", "json"])
        guard answer.status == 200 else { throw answer.unexpected }
        let documents: [EngineDocuments.ImageSummary] = try answer.decoded()
        return Set(documents.map(\.id))
    }

    static func labelFilter(_ owner: String?) -> String {
        // A person's name has no character that JSON would escape.
        #"{"label":["\#(OwnerLabels.owner)\#(owner.map { "=" + $0 } ?? "")"]}"#
    }
}

extension EngineAnswer {
    /// Whether the engine says that a prefix or name fits several objects (400 or 500, by version).
    fileprivate var namesSeveral: Bool {
        let text = message
        return text.contains("ultiple IDs found") || text.contains(" is ambiguous ")
    }
}

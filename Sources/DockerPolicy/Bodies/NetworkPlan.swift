/// Into which networks a person's container goes: `NetworkMode`, `Links` and the endpoints, with full ids.
struct NetworkPlan {
    /// What a network's reference in a body means.
    enum Mode: Equatable {
        /// `""`, `default` and `bridge`: the person's own default network.
        case personal
        case none
        case host
        case container(String)
        case network(String)

        init(_ text: String) {
            switch text {
            case "", "default", "bridge": self = .personal
            case "none": self = .none
            case "host": self = .host
            default:
                switch NamespaceMode(text) {
                case .container(let reference): self = .container(reference)
                case .plain: self = .network(text)
                }
            }
        }
    }

    private let mode: String
    private var endpoints = JSONObject()

    init(asked: JSONObject, endpoints given: JSONObject, resolved: ResolvedReferences) throws(DockerRefusal) {
        let text = try FieldShape.text.checked(asked["NetworkMode"] ?? "", field: "NetworkMode").string ?? ""
        let wanted = Mode(text)
        mode = try Self.resolvedMode(wanted, resolved)
        for member in given.members {
            let key = Mode(member.key)
            // An inspected container without a network has an endpoint "none", which Portainer's recreate sends back.
            if wanted == .none && key == .none { continue }
            let settings = try ContainerCreation.object(member.value, "EndpointsConfig")
            guard case .network(let id) = try Self.joined(key, resolved) else { throw Self.notHere(member.key) }
            guard endpoints.exactly(id) == nil else {
                throw .malformed("The network \"\(member.key)\" is named twice.")
            }
            endpoints.set(id, .object(try EndpointRules.judged(settings, resolved: resolved)))
        }
        for id in endpoints.keys { pin(id) }
        let isAlone = wanted == .none || { if case .container = wanted { true } else { false } }()
        guard !isAlone || endpoints.isEmpty else {
            throw .malformed("A container with the network mode \"\(text)\" cannot be in a network besides.")
        }
        try addLinks(try SecurityRules.list(asked["Links"], "Links"), isAlone: isAlone, resolved)
        if !isAlone { pin(mode) }
    }

    /// Says which network is meant. The engine remembers a network by its name until the first start, and by then somebody
    /// else can have one of that name (moby, daemon/container_operations.go, getNetworkID).
    private mutating func pin(_ id: String) {
        var endpoint = endpoints.exactly(id)?.object ?? JSONObject()
        endpoint.set("NetworkID", .string(id))
        endpoints.set(id, .object(endpoint))
    }

    /// Writes the mode and the endpoints.
    func write(host: inout JSONObject, config: inout JSONObject) {
        host.set("NetworkMode", .string(mode))
        guard !endpoints.isEmpty else { return }
        config.set("NetworkingConfig", .object(["EndpointsConfig": .object(endpoints)]))
    }

    /// Puts a network in place of the bridge that all containers share; whatever else is asked stays.
    /// - Parameter endpoints: The body's own, by network.
    static func replaceSharedBridge(
        by network: String,
        host: inout JSONObject,
        config: inout JSONObject,
        endpoints: JSONObject
    ) {
        if Mode(host["NetworkMode"]?.string ?? "") == .personal { host.set("NetworkMode", .string(network)) }
        guard !endpoints.isEmpty else { return }
        var moved = JSONObject()
        for member in endpoints.members {
            moved.set(Mode(member.key) == .personal ? network : member.key, member.value)
        }
        config.set("NetworkingConfig", .object(["EndpointsConfig": .object(moved)]))
    }

    /// Links work in the default bridge only, which nobody here is in; in a network they are the endpoint's.
    private mutating func addLinks(
        _ texts: [String],
        isAlone: Bool,
        _ resolved: ResolvedReferences
    ) throws(DockerRefusal) {
        guard !texts.isEmpty else { return }
        guard !isAlone else { throw .malformed("Links need a network.") }
        var endpoint = endpoints.exactly(mode)?.object ?? JSONObject()
        var links = endpoint["Links"]?.array ?? []
        for text in texts {
            let link = try LinkText(text).resolved(resolved)
            if !links.contains(link) { links.append(link) }
        }
        endpoint.set("Links", .array(links))
        endpoints.set(mode, .object(endpoint))
    }

    private static func resolvedMode(_ mode: Mode, _ resolved: ResolvedReferences) throws(DockerRefusal) -> String {
        switch try joined(mode, resolved) {
        case .network(let id): return id
        case .container(let id): return "container:" + id
        default: return "none"
        }
    }

    /// The mode with ids in place of references.
    private static func joined(_ mode: Mode, _ resolved: ResolvedReferences) throws(DockerRefusal) -> Mode {
        switch mode {
        case .personal: return .network(try resolved.personalNetwork())
        case .network(let reference): return .network(try resolved.network(reference))
        case .none: return .none
        case .host:
            throw .forbidden(
                "The host's network (--network host) is not allowed here. Publish ports instead: -p 127.0.0.1:8080:80.",
                reason: "network-mode"
            )
        case .container(let reference):
            let other = try resolved.container(reference)
            guard !other.bindsHost else {
                throw .forbidden(
                    "The container \"\(reference)\" has your home bound, so another one cannot join its network.",
                    reason: "network-mode"
                )
            }
            return .container(other.id)
        }
    }

    private static func notHere(_ key: String) -> DockerRefusal {
        .malformed("\"\(key)\" is not a network that a container can have an endpoint in.")
    }
}

/// One end of a container in a network.
enum EndpointRules {
    static func judged(_ given: JSONObject, resolved: ResolvedReferences) throws(DockerRefusal) -> JSONObject {
        let screened = try FieldTable.endpoint.screened(given)
        var endpoint = screened.kept
        let addresses = try FieldTable.endpointAddresses.screened(
            try ContainerCreation.object(screened.asked["IPAMConfig"], "IPAMConfig")
        )
        if let text = addresses.asked["IPv4Address"]?.string, !text.isEmpty {
            guard let address = HostAddress(text), address.isIPv4 else {
                throw .malformed("\"\(text)\" is not an IPv4 address.")
            }
            endpoint.set("IPAMConfig", .object(["IPv4Address": .string(text)]))
        }
        var links: [JSONValue] = []
        for text in try SecurityRules.list(screened.asked["Links"], "Links") {
            links.append(try LinkText(text).resolved(resolved))
        }
        if !links.isEmpty { endpoint.set("Links", .array(links)) }
        return endpoint
    }
}

public import DockerPolicy

/// The networks of persons: one default bridge network each, and further ones that they ask for.
///
/// Each has a subnet of the pool and an interface name by which the firewall knows it: `diy-<uid>` for the default
/// network, `diy-` and 8 hexadecimal digits for others. Interface names have at most 15 characters (IFNAMSIZ), which
/// `diy-` and the largest uid just fill.
public actor PersonNetworks {
    public struct Configuration: Sendable {
        /// `docker.address_pool`.
        public var pool: Subnet
        /// `docker.subnet_prefix`: the bits of each network's subnet.
        public var subnetPrefix: Int
        /// `docker.networks_per_user`: own networks beside the default one.
        public var perPerson: Int

        public init(pool: Subnet, subnetPrefix: Int = 26, perPerson: Int = 8) {
            self.pool = pool
            self.subnetPrefix = subnetPrefix
            self.perPerson = perPerson
        }
    }

    private let client: EngineClient
    private let objects: EngineObjects
    private let configuration: Configuration
    /// One creation at a time: two could choose the same subnet, or the same name.
    private let turn = NameLocks()

    public init(client: EngineClient, objects: EngineObjects, configuration: Configuration) {
        self.client = client
        self.objects = objects
        self.configuration = configuration
    }

    /// The name of somebody's default network.
    public static func defaultName(of person: String) -> String { "diycloud-\(person)" }

    /// Somebody's default network, made when it is missing.
    /// - Throws: ``EngineError/networkNameTaken(name:)`` when a network of that name is not theirs;
    ///   ``EngineError/poolExhausted(pool:)``; any other when the engine gave no answer.
    public func defaultNetwork(of caller: Caller, settings: GuardSettings) async throws(EngineError) -> NetworkFacts {
        if let present = try await presentDefault(of: caller) { return present }
        return try await turn.with(["networks"]) { () async throws(EngineError) -> NetworkFacts in
            if let present = try await self.presentDefault(of: caller) { return present }
            let name = Self.defaultName(of: caller.name.rawValue)
            let answer = try await self.inFreeSubnet { subnet in
                NetworkCreation.personal(
                    for: caller,
                    name: name,
                    settings: settings,
                    bridge: "diy-\(caller.uid)",
                    subnet: subnet.description
                )
            }
            guard answer.status == 201 else { throw answer.unexpected }
            guard let made = try await self.presentDefault(of: caller) else { throw .networkNameTaken(name: name) }
            return made
        }
    }

    /// How a person's own network came to be, or why not.
    public enum Creation: Sendable {
        /// The engine's answer, whatever its status.
        case answered(EngineAnswer)
        /// The person has as many as they may.
        case tooMany(limit: Int)
        /// Some network has the name already.
        case nameTaken
    }

    /// Creates a person's further network in a free subnet of the pool.
    /// - Parameter body: what policy makes of the request, given the interface's name and the subnet.
    public func create(
        named name: String,
        owner: String,
        body: @Sendable @escaping (_ interface: String, _ subnet: Subnet) -> JSONObject
    ) async throws(EngineError) -> Creation {
        try await turn.with(["networks"]) { () async throws(EngineError) -> Creation in
            let all = try await self.objects.networks()
            if all.contains(where: { $0.name == name }) { return .nameTaken }
            let own = all.count { $0.owner == owner && $0.name != Self.defaultName(of: owner) }
            guard own < self.configuration.perPerson else { return .tooMany(limit: self.configuration.perPerson) }
            let used = Set(all.compactMap(\.bridgeInterface))
            var interface: String
            repeat {
                let digits = String(UInt32.random(in: .min ... .max), radix: 16)
                interface = "diy-" + String(repeating: "0", count: 8 - digits.count) + digits
            } while used.contains(interface)
            let free = interface
            return .answered(try await self.inFreeSubnet { body(free, $0) })
        }
    }

    private func presentDefault(of caller: Caller) async throws(EngineError) -> NetworkFacts? {
        let name = Self.defaultName(of: caller.name.rawValue)
        switch try await objects.network(name, seenBy: .everything) {
        case .missing: return nil
        case .ambiguous: throw .networkNameTaken(name: name)
        case .found(let facts):
            // By its interface the firewall knows whose packets these are, so a network without it will not do.
            guard facts.name == name, facts.owner == caller.name.rawValue, facts.driver == "bridge",
                facts.bridgeInterface == "diy-\(caller.uid)"
            else { throw .networkNameTaken(name: name) }
            return facts
        }
    }

    /// Tries the free subnets of the pool until the engine takes one: it also knows the routes of the host.
    private func inFreeSubnet(_ body: @Sendable (Subnet) -> JSONObject) async throws(EngineError) -> EngineAnswer {
        let taken = try await objects.networks().flatMap(\.subnets).compactMap { Subnet($0) }
        var tries = 0
        for subnet in configuration.pool.divided(into: configuration.subnetPrefix)
        where !taken.contains(where: subnet.overlaps) {
            let answer = try await client.call(
                "POST",
                ["networks", "create"],
                body: JSONValue.object(body(subnet)).serialized()
            )
            tries += 1
            guard answer.refusesSubnet, tries < 64 else { return answer }
        }
        throw .poolExhausted(pool: configuration.pool.description)
    }
}

extension EngineAnswer {
    /// Whether the engine cannot use just these addresses (libnetwork's and the bridge driver's words).
    fileprivate var refusesSubnet: Bool {
        guard status == 403 || status == 400 || status == 500 || status == 409 else { return false }
        return message.lowercased().contains("overlap")
    }
}

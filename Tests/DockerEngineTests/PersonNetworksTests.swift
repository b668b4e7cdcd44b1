import DockerPolicy
import Identity
import Testing

@testable import DockerEngine

@Suite("Networks of persons")
struct PersonNetworksTests {
    /// A pool of its own for each test: they run at the same time.
    private func networks(_ stage: EngineStage, pool: Subnet, perPerson: Int = 2) -> PersonNetworks {
        PersonNetworks(
            client: stage.client,
            objects: stage.objects,
            configuration: .init(pool: pool, subnetPrefix: 28, perPerson: perPerson)
        )
    }

    private func caller(_ name: String, uid: UInt32 = 40001) throws -> Caller {
        Caller(
            name: try UserName(name),
            uid: uid,
            gid: uid,
            home: nil,
            quota: .platformDefault,
            tasks: 100,
            cgroupParent: "/diycloud-c/user-\(uid)",
            power: .person,
            entrance: .socket
        )
    }

    private let settings = GuardSettings(
        publishedAddresses: ["127.0.0.1"],
        lowestPort: 1024,
        allowsHomeBinds: true,
        limitsCPU: false,
        engineCPUs: 2,
        engineMemory: 8 << 30,
        canLimitStorage: false
    )

    @Test("the default network is made once, however many ask, with an interface that tells whose it is")
    func defaultNetwork() async throws {
        try await EngineStage.run { stage in
            let networks = networks(stage, pool: Subnet(base: 0x0AD6_0000, prefix: 24))
            let uid = UInt32.random(in: 1_000_000...4_294_967_295)
            let caller = try caller("\(stage.prefix)-p", uid: uid)
            let made = try await withThrowingTaskGroup(of: NetworkFacts.self) { group in
                for _ in 0..<4 { group.addTask { try await networks.defaultNetwork(of: caller, settings: settings) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(made.map(\.id)).count == 1)
            let network = try #require(made.first)
            #expect(network.name == "diycloud-\(caller.name)")
            #expect(network.owner == caller.name.rawValue)
            #expect(network.bridgeInterface == "diy-\(uid)")
            #expect(
                network.subnets.compactMap(Subnet.init).allSatisfy {
                    Subnet(base: 0x0AD6_0000, prefix: 24).overlaps($0)
                }
            )
        }
    }

    @Test("a network that only has the name is not taken for the person's own")
    func squatted() async throws {
        try await EngineStage.run { stage in
            let caller = try caller("\(stage.prefix)-s")
            let networks = networks(stage, pool: Subnet(base: 0x0AD6_0100, prefix: 24))
            let answer = try await stage.client.call(
                "POST",
                ["networks", "create"],
                body: JSONValue.object([
                    "Name": .string("diycloud-\(caller.name)"),
                    "IPAM": .object(["Config": .array([.object(["Subnet": "10.214.2.0/28"])])]),
                ]).serialized()
            )
            let id = try EngineStage.member("Id", of: answer, status: 201)
            await #expect(throws: EngineError.networkNameTaken(name: "diycloud-\(caller.name)")) {
                _ = try await networks.defaultNetwork(of: caller, settings: settings)
            }
            _ = try await stage.client.call("DELETE", ["networks", id])
        }
    }

    @Test("own networks get subnets that do not overlap, up to the limit, and no name twice")
    func ownNetworks() async throws {
        try await EngineStage.run { stage in
            let networks = networks(stage, pool: Subnet(base: 0x0AD6_0300, prefix: 24))
            let owner = "\(stage.prefix)-o"
            func create(_ name: String) async throws -> PersonNetworks.Creation {
                let name = "\(stage.prefix)-\(name)"
                return try await networks.create(named: name, owner: owner) { interface, subnet in
                    [
                        "Name": .string(name), "Labels": .object([OwnerLabels.owner: .string(owner)]),
                        "Options": .object(["com.docker.network.bridge.name": .string(interface)]),
                        "IPAM": .object(["Config": [.object(["Subnet": .string(subnet.description)])]]),
                    ]
                }
            }
            for name in ["one", "two"] {
                guard case .answered(let answer) = try await create(name) else {
                    Issue.record("no answer")
                    return
                }
                #expect(answer.status == 201, "\(answer.message)")
            }
            guard case .nameTaken = try await create("one") else {
                Issue.record("made twice")
                return
            }
            guard case .tooMany(2) = try await create("three") else {
                Issue.record("no limit")
                return
            }
            let own = try await stage.objects.networks().filter { $0.owner == owner }
            let subnets = own.flatMap(\.subnets).compactMap { Subnet($0) }
            #expect(subnets.count == 2)
            #expect(!subnets[0].overlaps(subnets[1]))
            #expect(own.allSatisfy { $0.bridgeInterface?.hasPrefix("diy-") == true })
        }
    }

    @Test("an empty pool is said")
    func exhausted() async throws {
        try await EngineStage.run { stage in
            let networks = networks(stage, pool: Subnet(base: 0x0AD6_0500, prefix: 30))
            await #expect(throws: EngineError.poolExhausted(pool: "10.214.5.0/30")) {
                _ = try await networks.defaultNetwork(of: caller("\(stage.prefix)-e"), settings: settings)
            }
        }
    }

    @Test("subnets are read strictly and divided in order")
    func subnets() throws {
        let pool = try #require(Subnet("10.213.0.0/30"))
        #expect(pool.divided(into: 31).map(\.description) == ["10.213.0.0/31", "10.213.0.2/31"])
        #expect(Array(pool.divided(into: 29)).isEmpty)
        #expect(Subnet("255.255.255.255/0")?.description == "0.0.0.0/0")
        #expect(pool.overlaps(try #require(Subnet("10.0.0.0/8"))))
        #expect(!pool.overlaps(try #require(Subnet("10.213.0.4/30"))))
        for text in [
            "", "10.0.0.0", "10.0.0/8", "10.0.0.0/33", "10.0.0.256/8", "10.0.0.+1/8", "fd00::/8", "10.0.0.0/8/8",
        ] {
            #expect(Subnet(text) == nil, "\(text)")
        }
    }
}

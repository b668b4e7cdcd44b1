import Testing

@testable import DockerPolicy

@Suite("Everyday bodies")
struct EverydayTests {
    @Test("the corpus is there") func corpusIsThere() { #expect(EverydayBody.all.count > 80) }

    @Test("what people send every day passes, is theirs and within their limits", arguments: EverydayBody.containers)
    func containersPass(_ everyday: EverydayBody) throws {
        let judged = try Alice.judge(everyday.body)
        #expect(Invariants.violations(of: judged.body) == [])
        #expect(judged.name == "web")
    }

    @Test("judging twice changes nothing", arguments: EverydayBody.containers)
    func isIdempotent(_ everyday: EverydayBody) throws {
        let once = try Alice.judge(everyday.body, declared: ["/declared"])
        let twice = try Alice.judge(once.body, declared: ["/declared"])
        #expect(once.body.serializedText == twice.body.serializedText)
        #expect(once.volumesToClaim == twice.volumesToClaim)
        #expect(once.bindsHome == twice.bindsHome)
    }

    @Test("the other everyday bodies pass", arguments: EverydayBody.all.filter { $0.kind != "container-create" })
    func othersPass(_ everyday: EverydayBody) throws {
        let alice = try Alice.caller()
        let body = everyday.body
        switch everyday.kind {
        case "update": _ = try ContainerUpdate(body: body).judged(for: alice, settings: Alice.settings)
        case "exec":
            let exec = try ExecCreation(body: body).judged(for: alice, bindsHome: false)
            #expect(exec["Cmd"] == body["Cmd"])
        case "network-create":
            let network = try NetworkCreation(body: body)
                .judged(for: alice, settings: Alice.settings, bridge: "diy-00000001", subnet: "10.213.0.64/26")
            #expect(network["Labels"]?.object?["org.diycloud.owner"] == "alice")
            #expect(network["Options"]?.object?["com.docker.network.bridge.name"] == "diy-00000001")
            #expect((network["Internal"]?.bool ?? false) == (body["Internal"]?.bool ?? false))
        case "volume-create":
            let volume = try VolumeCreation(body: body).judged(for: alice)
            #expect(volume["Labels"]?.object?["org.diycloud.owner"] == "alice")
        case "connect":
            let connection = try NetworkConnection(body: body)
            let references = ContainerReferences(image: "", containers: connection.references)
            _ = try connection.judged(for: alice, network: "net", resolved: Alice.owning(references))
        case "disconnect":
            let disconnection = try NetworkDisconnection(body: body)
            let references = ContainerReferences(image: "", containers: [disconnection.container])
            _ = try disconnection.judged(for: alice, resolved: Alice.owning(references))
        default: Issue.record("no rule for \(everyday.kind)")
        }
    }

    @Test("a container that Portainer recreates stays as it was")
    func recreateKeeps() throws {
        let recreate = try #require(EverydayBody.all.first { $0.name == "portainer-recreate" })
        let judged = try Alice.judge(recreate.body).body
        let before = try #require(recreate.body["HostConfig"]?.object)
        let after = try #require(judged["HostConfig"]?.object)
        for field in [
            "Memory", "MemorySwap", "CgroupParent", "Binds", "Mounts", "PortBindings", "RestartPolicy", "LogConfig",
        ] {
            #expect(after[field]?.text == before[field]?.text, "\(field)")
        }
        #expect(judged["Labels"]?.object?["app"] == "web")
        #expect(judged["Cmd"] == recreate.body["Cmd"])
    }

    @Test("links reach the person's own network, because the default bridge is not there")
    func linksMove() throws {
        let judged = try Alice.judge(["Image": "a", "HostConfig": .object(["Links": ["db:database"]])]).body
        let endpoints = judged["NetworkingConfig"]?.object?["EndpointsConfig"]?.object
        #expect(endpoints?.members.first?.value.object?["Links"] == ["db:database"])
        #expect(judged["HostConfig"]?.object?["Links"] == nil)
    }

    @Test("publishing all ports is written out on the allowed address")
    func publishAll() throws {
        let body: JSONObject = [
            "Image": "a", "ExposedPorts": .object(["80/tcp": .object([:])]),
            "HostConfig": .object(["PublishAllPorts": true]),
        ]
        let host = try Alice.judge(body).body["HostConfig"]?.object
        #expect(host?["PublishAllPorts"] == nil)
        let binding = host?["PortBindings"]?.object?.exactly("80/tcp")?.array?.first?.object
        #expect(binding?["HostIp"] == "127.0.0.1")
    }

    @Test("anonymous volumes become the person's") func anonymousVolumes() throws {
        let body: JSONObject = ["Image": "a", "Volumes": .object(["/a": .object([:])])]
        let mounts = try Alice.judge(body, declared: ["/b", "/a/"]).body["HostConfig"]?.object?["Mounts"]?.array ?? []
        #expect(mounts.count == 2)
        for mount in mounts {
            let labels = mount.object?["VolumeOptions"]?.object?["Labels"]?.object
            #expect(labels?["org.diycloud.owner"] == "alice")
        }
    }

    @Test("limits by label hold where nothing else is said") func labelLimits() throws {
        let labels = JSONValue.object(["org.diycloud.memory": "512m", "org.diycloud.cpus": "0.5"])
        let host = try Alice.judge(["Image": "a", "Labels": labels]).body["HostConfig"]?.object
        #expect(host?["Memory"]?.integer == 512 << 20)
        #expect(host?["NanoCpus"]?.integer == 500_000_000)
    }

    @Test("root's container for a person gets the person's limits and keeps the rest") func rootLimits() throws {
        let text = """
            {"Image":"a","Labels":{"org.diycloud.owner":"alice"},
             "HostConfig":{"Binds":["/srv/x:/x"],"Memory":99999999999999,"SecurityOpt":["no-new-privileges:false","label=disable"]}}
            """
        let creation = try ContainerCreation(body: Alice.json(text), name: nil)
        #expect(creation.namedOwner == "alice")
        let limited = try creation.limited(to: Alice.caller(), settings: Alice.settings, defaultNetwork: "n1")
        let host = limited.body["HostConfig"]?.object
        #expect(host?["Memory"]?.integer == 2 << 30)
        #expect(host?["CgroupParent"] == "/user.slice/user-1001.slice")
        #expect(host?["Binds"] == ["/srv/x:/x"])
        #expect(host?["SecurityOpt"] == ["label=disable", "no-new-privileges"])
    }

    @Test(
        "root's container for a person is in the person's network where it would be in everybody's",
        arguments: [
            (#"{}"#, "n1", ""), (#"{"NetworkMode":"default"}"#, "n1", ""), (#"{"NetworkMode":"bridge"}"#, "n1", "n1"),
            (#"{"NetworkMode":"lab"}"#, "lab", "n1"), (#"{"NetworkMode":"host"}"#, "host", ""),
        ]
    )
    func rootNetwork(host: String, mode: String, endpoint: String) throws {
        let endpoints = endpoint.isEmpty ? "{}" : #"{"EndpointsConfig":{"bridge":{"Aliases":["a"]}}}"#
        let body = try Alice.json(#"{"Image":"a","HostConfig":\#(host),"NetworkingConfig":\#(endpoints)}"#)
        let creation = try ContainerCreation(body: body, name: nil)
        let judged = try creation.limited(to: Alice.caller(), settings: Alice.settings, defaultNetwork: "n1").body
        #expect(judged["HostConfig"]?.object?["NetworkMode"]?.string == mode)
        let found = judged["NetworkingConfig"]?.object?["EndpointsConfig"]?.object?.keys ?? []
        #expect(found == (endpoint.isEmpty ? [] : [endpoint]))
    }

    @Test("an administrator's container is theirs and otherwise as it came") func administrator() throws {
        let body = try Alice.json(#"{"Image":"a","HostConfig":{"Privileged":true}}"#)
        let judged = try Alice.judge(body, caller: Alice.caller(power: .administrator)).body
        #expect(judged["HostConfig"]?.object?["Privileged"] == true)
        #expect(judged["HostConfig"]?.object?["CgroupParent"] == "/user.slice/user-1001.slice")
        #expect(judged["Labels"]?.object?["org.diycloud.owner"] == "alice")
    }

    @Test("an exec where the home is bound runs as the person") func execWithHome() throws {
        let alice = try Alice.caller()
        let exec = try ExecCreation(body: ["Cmd": ["sh"]]).judged(for: alice, bindsHome: true)
        #expect(exec["User"] == "1001:1001")
        #expect(throws: DockerRefusal.self) {
            _ = try ExecCreation(body: ["Cmd": ["sh"], "User": "root"]).judged(for: alice, bindsHome: true)
        }
    }
}

extension JSONValue {
    /// The text of the value with its members sorted, for comparing.
    var text: String {
        switch self {
        case .null: "null"
        case .bool(let truth): "\(truth)"
        case .number(let number): number
        case .string(let string): "\"\(string)\""
        case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
        case .object(let object):
            "{" + object.members.map { "\"\($0.key)\":" + $0.value.text }.sorted().joined(separator: ",") + "}"
        }
    }
}

extension JSONObject {
    var serializedText: String { JSONValue.object(self).text }
}

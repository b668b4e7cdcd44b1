import Identity
import Testing

@testable import DockerPolicy

@Suite("Answers")
struct AnswerFilterTests {
    private func json(_ text: String) throws -> JSONValue { try AnswerParser.parse(Array(text.utf8)) }
    private func text(_ value: JSONValue) -> String { String(decoding: value.serialized(), as: UTF8.self) }

    @Test("the engine's size is the caller's quota, and what is the host's is not told")
    func info() throws {
        let whole = try json(
            #"""
            {"ID":"ABCD:EFGH","Containers":40,"ContainersRunning":30,"ContainersPaused":1,"ContainersStopped":9,"Images":12,"Driver":"overlay2",
            "DriverStatus":[["Backing Filesystem","extfs"]],"NCPU":64,"MemTotal":270000000000,"Name":"server","ServerVersion":"28.2.2","OSType":"linux",
            "HttpProxy":"http://user:secret@proxy:3128","HttpsProxy":"x","RegistryConfig":{"InsecureRegistryCIDRs":["10.0.0.0/8"]},"DockerRootDir":"/srv/docker",
            "Labels":["room=7"],"Swarm":{"NodeID":"n1","NodeAddr":"10.0.0.1","LocalNodeState":"active","RemoteManagers":[{"Addr":"10.0.0.2"}]},
            "Warnings":["WARNING: API is accessible on http://0.0.0.0:2375"],"FieldOfTomorrow":"x","CgroupVersion":"2","Plugins":{"Volume":["local"]}}
            """#
        )
        let alice = try Alice.caller()
        let info = try #require(
            AnswerFilter.info(whole, for: alice, counts: .init(running: 2, paused: 1, stopped: 3)).object
        )
        #expect(info["NCPU"] == 2)
        #expect(info["MemTotal"]?.integer == 2 << 30)
        #expect(
            ["Containers", "ContainersRunning", "ContainersPaused", "ContainersStopped", "Images"].map {
                info[$0]?.integer
            } == [6, 2, 1, 3, 12]
        )
        #expect(info["Swarm"]?.object?["LocalNodeState"] == "inactive")
        #expect(info["ServerVersion"] == "28.2.2")
        #expect(info["Plugins"] != nil)
        for secret in ["secret", "10.0.0", "/srv", "room=7", "2375", "ABCD", "FieldOfTomorrow", "extfs"] {
            #expect(!text(.object(info)).contains(secret), "\(secret)")
        }
    }

    @Test("a quota larger than the host is the host") func infoSmallHost() throws {
        let info = AnswerFilter.info(try json(#"{"NCPU":1,"MemTotal":1000}"#), for: try Alice.caller(), counts: .init())
        #expect(info.object?["NCPU"] == 1)
        #expect(info.object?["MemTotal"] == 1000)
    }

    @Test("what is no answer of the engine becomes nothing") func nonsense() throws {
        for value in [JSONValue.null, 1, "x", [], .object([:]), [1, "x", .null, .object(["Id": 1])]] {
            _ = AnswerFilter.info(value, for: try Alice.caller(), counts: .init())
            #expect(AnswerFilter.containerList(value, isVisible: { _ in true }) == [])
            #expect(AnswerFilter.networkList(value, isOwn: { $0 == "alice" }) == [])
            #expect(AnswerFilter.volumeList(value, isOwn: { $0 == "alice" }).object?["Volumes"] == [])
            #expect(AnswerFilter.event(value) == nil)
        }
    }

    @Test("an engine's id is another for each person, and the same tomorrow") func ids() throws {
        let ids = try ["alice", "bob", "alicf"].map { AnswerFilter.id(of: try UserName($0), in: "engine") }
        #expect(Set(ids).count == 3)
        #expect(ids[0] == AnswerFilter.id(of: try UserName("alice"), in: "engine"))
        #expect(ids[0] != AnswerFilter.id(of: try UserName("alice"), in: "other"))
        #expect(ids[0].split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
    }

    @Test("of lists only what is the caller's is left; a label in other letters is none")
    func lists() throws {
        let containers = try json(#"[{"Id":"a1","Names":["/x"]},{"Id":"b2"},{"id":"a1"},{"Names":["/y"]}]"#)
        #expect(
            text(AnswerFilter.containerList(containers, isVisible: { $0 == "a1" })) == #"[{"Id":"a1","Names":["/x"]}]"#
        )
        let networks = try json(
            #"""
            [{"Name":"n","Labels":{"org.diycloud.owner":"alice"}},{"Name":"m","Labels":{"org.diycloud.owner":"bob"}},{"Name":"bridge","Labels":{}},
            {"Name":"o","Labels":null},{"Name":"p","Labels":{"Org.Diycloud.Owner":"alice"}},{"Name":"q","labels":{"org.diycloud.owner":"alice"}}]
            """#
        )
        let own = AnswerFilter.networkList(networks, isOwn: { $0 == "alice" })
        #expect(own.array?.compactMap { $0.object?["Name"]?.string } == ["n"])
        let volumes = AnswerFilter.volumeList(
            .object(["Volumes": networks, "Warnings": ["of /srv"]]),
            isOwn: { $0 == "alice" }
        )
        #expect(volumes.object?["Volumes"]?.array?.count == 1)
        #expect(volumes.object?["Warnings"] == .null)
    }

    @Test("how much is used is what the caller uses, and images are counted by the caller's containers")
    func diskUsage() throws {
        let whole = try json(
            #"""
            {"LayersSize":9,"Images":[{"Id":"sha256:i","Containers":5},{"Id":"sha256:j","Containers":1}],"BuilderSize":7,"FieldOfTomorrow":[1],
            "Containers":[{"Id":"a1","ImageID":"sha256:i"},{"Id":"b2","ImageID":"sha256:i"},{"Id":"b3","ImageID":"sha256:j"}],
            "Volumes":[{"Name":"v","Labels":{"org.diycloud.owner":"alice"}},{"Name":"w","Labels":null}],"BuildCache":[{"ID":"c"}]}
            """#
        )
        let mine = AnswerFilter.diskUsage(whole, isVisibleContainer: { $0 == "a1" }, isOwn: { $0 == "alice" })
        #expect(
            text(mine)
                == #"{"LayersSize":9,"Images":[{"Id":"sha256:i","Containers":1},{"Id":"sha256:j","Containers":0}],"#
                + #""Containers":[{"Id":"a1","ImageID":"sha256:i"}],"Volumes":[{"Name":"v","Labels":{"org.diycloud.owner":"alice"}}],"BuildCache":[]}"#
        )
        let images = AnswerFilter.diskUsage(
            .object(["Images": [.object(["Id": "i", "Containers": 5])]]),
            isVisibleContainer: { _ in true },
            isOwn: { _ in true }
        )
        #expect(text(images) == #"{"Images":[{"Id":"i","Containers":-1}]}"#)
    }

    @Test("events tell what they are about")
    func events() throws {
        let connect = AnswerFilter.event(
            try json(
                #"{"Type":"network","Action":"connect","Actor":{"ID":"n1","Attributes":{"container":"c1","name":"web"}},"time":1}"#
            )
        )
        #expect(connect == .init(kind: .network, id: "n1", action: "connect", container: "c1"))
        let exec = AnswerFilter.event(
            try json(
                #"{"Type":"container","Action":"exec_start: sh -c id","Actor":{"ID":"c1","Attributes":{"container":"x"}}}"#
            )
        )
        #expect(exec == .init(kind: .container, id: "c1", action: "exec_start", container: nil))
        #expect(
            AnswerFilter.event(try json(#"{"Type":"daemon","Action":"reload","Actor":{"ID":"d"}}"#))?.kind == .other
        )
        #expect(AnswerFilter.event(try json(#"{"status":"start","id":"c1"}"#)) == nil)
        #expect(AnswerFilter.event(try json(#"{"type":"container","Action":"die","Actor":{"ID":"c1"}}"#)) == nil)
    }

    private static let long = String(repeating: "4b2f", count: 16)

    @Test(
        "errors of the engine (20.10 to 28) tell nothing of others",
        arguments: [
            (
                #"Conflict. The container name "/web" is already in use by container "\#(long)". You have to remove (or rename) that container to be able to reuse that name."#,
                #"The container name "web" is taken. Choose another."#
            ),
            (
                #"Error when allocating new name: Conflict. The container name "/web" is already in use by container "\#(long)". You have to remove"#,
                #"The container name "web" is taken. Choose another."#
            ),
            ("remove data: volume is in use - [\(long), \(long)]", "remove data: volume is in use"),
            (
                #"error while removing network: network web id \#(long) has active endpoints"#,
                "error while removing network: network web id … has active endpoints"
            ),
            (
                #"error while removing network: network web has active endpoints (name:"bobs" id:"4b2f99aa0011")"#,
                "error while removing network: network web has active endpoints"
            ),
            (
                #"conflict: unable to remove repository reference "x" (must force) - container 4b2f99aa0011 is using its referenced image 99aa4b2f0011"#,
                #"conflict: unable to remove repository reference "x" (must force) - container … is using its referenced image …"#
            ),
            (
                "conflict: unable to delete 99aa4b2f0011 (cannot be forced) - image is being used by running container 4b2f99aa0011",
                "conflict: unable to delete … (cannot be forced) - image is being used by running container …"
            ),
            (
                "cannot create network \(long) (br-4b2f4b2f4b2f): conflicts with network \(long) (diy-1002): networks have overlapping IPv4",
                "cannot create network … (br-…): the address range is taken by another network"
            ),
            (
                "Unexpected pid '/opt/secret': strconv.Atoi: parsing \"/opt/secret\": invalid syntax",
                "Unexpected answer of ps"
            ),
            ("No such image: sha256:\(long)", "No such image: sha256:…"),
            ("No such container: web", "No such container: web"),
            ("get data: no such volume", "get data: no such volume"),
            (
                "Bind for 127.0.0.1:8080 failed: port is already allocated",
                "Bind for 127.0.0.1:8080 failed: port is already allocated"
            ),
            ("", ""), ("deadbeef DEADBEEFCAFE 4b2f99aa00112", "deadbeef DEADBEEFCAFE 4b2f99aa00112"),
        ]
    ) func errors(_ message: String, _ told: String) { #expect(AnswerFilter.errorMessage(message) == told) }
}

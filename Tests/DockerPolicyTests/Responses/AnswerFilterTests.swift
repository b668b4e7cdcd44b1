import Identity
import Testing

@testable import DockerPolicy

@Suite("Answers of the engine")
struct AnswerFilterTests {
    private func alice(_ cores: Double = 1.5) throws -> Caller {
        Caller(
            name: try UserName("alice"),
            uid: 1_000,
            gid: 1_000,
            home: "/home/alice",
            quota: Quota(cpuCores: cores, memory: .gibibytes(2), disk: .gibibytes(5), gpu: false),
            tasks: 512,
            cgroupParent: "user-1000.slice",
            power: .person,
            entrance: .socket
        )
    }

    private func parse(_ text: String) throws -> JSONValue { try AnswerParser.parse(text.utf8) }
    private func text(_ value: JSONValue) -> String { String(decoding: value.serialized(), as: UTF8.self) }
    private let isAlice: (String?) -> Bool = { $0 == "alice" }

    @Test("/info is the person's own machine, and holds nothing about others, credentials or the host's layout")
    func info() throws {
        let info = try parse(
            #"""
            {"ID":"X","Containers":9,"ContainersRunning":7,"Images":3,"NCPU":16,"MemTotal":68719476736,"Name":"host",
             "ServerVersion":"20.10.24","DockerRootDir":"/var/lib/secret","HttpProxy":"http://u:secret@p","Labels":["secret"],
             "DriverStatus":[["Root","secret"]],"RegistryConfig":{"secret":1},"Swarm":{"NodeID":"secret"},"Warnings":["secret"],
             "Runtimes":{"runc":{"path":"secret"}},"SomethingNew":"secret","GenericResources":["secret"]}
            """#
        )
        let counts = AnswerFilter.Counts(running: 1, paused: 0, stopped: 2)
        let answer = AnswerFilter.info(info, for: try alice(), counts: counts)
        let object = try #require(answer.object)
        #expect(!text(answer).contains("secret"))
        #expect(object["NCPU"] == 2 && object["MemTotal"] == .integer(2 << 30))
        #expect(object["Containers"] == 3 && object["ContainersRunning"] == 1 && object["ContainersStopped"] == 2)
        #expect(object["ServerVersion"] == "20.10.24" && object["Swarm"]?.object?["LocalNodeState"] == "inactive")
        let large = AnswerFilter.info(info, for: try alice(64), counts: counts).object
        #expect(large?["NCPU"] == 16)
        #expect(AnswerFilter.info("nonsense", for: try alice(), counts: counts) == .null)
    }

    @Test(
        "the id of a person's machine is the same each day, another for each person and engine, and looks like a UUID"
    )
    func identity() throws {
        let alice = AnswerFilter.id(of: try UserName("alice"), in: "X")
        #expect(alice == AnswerFilter.id(of: try UserName("alice"), in: "X"))
        #expect(alice != AnswerFilter.id(of: try UserName("bob"), in: "X"))
        #expect(alice != AnswerFilter.id(of: try UserName("alice"), in: "Y"))
        #expect(alice.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
    }

    @Test("lists hold what is the person's own; what cannot be told is not shown")
    func lists() throws {
        let containers = try parse(#"[{"Id":"a"},{"Id":"b"},{"id":"a"},{},7,null]"#)
        #expect(text(AnswerFilter.containerList(containers) { $0 == "a" }) == #"[{"Id":"a"}]"#)
        let networks = try parse(
            #"[{"Name":"n","Labels":{"org.diycloud.owner":"alice"}},{"Name":"bridge","Labels":{}},{"Name":"x","Labels":null},{"Name":"y","Labels":{"ORG.diycloud.owner":"alice"}},{"Name":"z","Labels":{"org.diycloud.owner":"bob"}},"odd"]"#
        )
        #expect(text(AnswerFilter.networkList(networks, isOwn: isAlice)).contains(#""n""#))
        #expect(AnswerFilter.networkList(networks, isOwn: isAlice).array?.count == 1)
        let volumes = try parse(
            #"{"Volumes":[{"Name":"v","Labels":{"org.diycloud.owner":"alice"}},{"Name":"w","Labels":null}],"Warnings":["w is gone"]}"#
        )
        let shown = text(AnswerFilter.volumeList(volumes, isOwn: isAlice))
        #expect(shown.contains(#""v""#) && !shown.contains(#""w"#))
        #expect(AnswerFilter.containerList(.null) { _ in true } == [])
        #expect(AnswerFilter.volumeList(.null, isOwn: isAlice).object?["Volumes"] == [])
    }

    @Test("disk usage holds all images, the person's own containers and volumes, and no build cache")
    func diskUsage() throws {
        let usage = try parse(
            #"{"LayersSize":5,"Images":[{"Id":"i"}],"Containers":[{"Id":"a"},{"Id":"b"}],"Volumes":[{"Name":"v","Labels":{"org.diycloud.owner":"alice"}},{"Name":"secret"}],"BuildCache":[{"ID":"secret"}],"VolumeUsage":{"secret":1}}"#
        )
        let answer = AnswerFilter.diskUsage(usage, isVisibleContainer: { $0 == "a" }, isOwn: isAlice)
        #expect(!text(answer).contains("secret") && !text(answer).contains(#""b""#))
        #expect(answer.object?["Images"]?.array?.count == 1 && answer.object?["Volumes"]?.array?.count == 1)
    }

    @Test("events say what they are about; what is no event is none")
    func events() throws {
        let start = try parse(
            #"{"status":"exec_start: sh","Type":"container","Action":"exec_start: sh","Actor":{"ID":"a","Attributes":{"name":"web"}}}"#
        )
        #expect(AnswerFilter.event(start) == .init(kind: .container, id: "a", action: "exec_start", container: nil))
        let connect = try parse(
            #"{"Type":"network","Action":"connect","Actor":{"ID":"n","Attributes":{"container":"c"}}}"#
        )
        #expect(AnswerFilter.event(connect) == .init(kind: .network, id: "n", action: "connect", container: "c"))
        #expect(
            AnswerFilter.event(try parse(#"{"Type":"daemon","Action":"reload","Actor":{"ID":"d"}}"#))?.kind == .other
        )
        for odd in [
            "{}", "[]", "7", #"{"Type":"container"}"#, #"{"Type":1,"Action":"x","Actor":{"ID":"a"}}"#,
            #"{"type":"container","Action":"x","Actor":{"ID":"a"}}"#,
        ] {
            #expect(AnswerFilter.event(try parse(odd)) == nil)
        }
    }

    private static let longID = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"

    @Test(
        "errors do not say whose container has a name, and what uses a network, volume or image",
        arguments: [
            "Conflict. The container name \"/web\" is already in use by container \"\(longID)\". You have to remove (or rename) it.",
            "Error when allocating new name: Conflict. The container name \"/web\" is already in use by container \"\(longID)\". You…",
            "error while removing network: network n id \(longID) has active endpoints",
            "network n has active endpoints (name:\"bobs-database\" id:\"4f53cda18c2b\")",
            "remove data: volume is in use - [\(longID), \(longID)]",
            "conflict: unable to remove repository reference \"a\" (must force) - container 4f53cda18c2b is using its image",
            "conflict: unable to delete \(longID.prefix(12)) (must be forced) - image is being used by stopped container 4f53cda18c2b",
        ]
    )
    func errors(_ message: String) {
        let shown = AnswerFilter.errorMessage(message)
        #expect(!shown.contains("4f53cda18c2b") && !shown.contains("bobs"), "\(shown)")
        #expect(!shown.isEmpty)
    }

    @Test("a name that is taken reads as our own refusal does, in a rename as well")
    func nameTaken() {
        let taken = #"Conflict. The container name "/web" is already in use by container "\#(Self.longID)". You"#
        for message in [taken, "Error when allocating new name: " + taken] {
            #expect(AnswerFilter.errorMessage(message) == DockerRefusal.nameTaken("container", "web").message)
        }
    }

    @Test("what tells of nobody stays as it is")
    func plainErrors() {
        for message in [
            "No such image: a:1", "pull access denied for x, repository does not exist", "cannot pause: not running",
        ] {
            #expect(AnswerFilter.errorMessage(message) == message)
        }
    }
}

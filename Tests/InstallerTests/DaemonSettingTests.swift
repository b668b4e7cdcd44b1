import ManagedFiles
import Testing

@testable import Installer

@Suite("Docker's settings")
struct DaemonSettingTests {
    static let ours =
        "{\"icc\": false, \"live-restore\": true, \"userns-remap\": \"default\", \"log-opts\": {\"max-size\": \"10m\", \"max-file\": \"3\"}}"

    func standing(
        _ kind: DaemonSetting.Kind,
        _ text: String = "",
        flags: String = "",
        report: EngineReport? = nil,
        wrote: [String: String] = [:]
    ) throws -> DaemonSetting.Standing {
        let words = flags.split(separator: " ").map(String.init)
        return DaemonSetting(kind)
            .standing(in: try JSONObjectText(text), flags: EngineFlags(words), report: report, wrote: wrote)
    }

    func report(containers: Int = 0, images: Int = 0, options: String = "[]", swarm: String = "inactive") throws
        -> EngineReport
    {
        let info = """
            {"ServerVersion":"20.10.24","Containers":\(containers),"Images":\(images),"SecurityOptions":\(options),
             "Swarm":{"LocalNodeState":"\(swarm)"}}
            """
        return try #require(
            EngineReport(info: info, version: "{\"Server\":{\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}}")
        )
    }

    @Test(
        "all are missing in an empty file, and held in the one that they make",
        arguments: DaemonSetting.Kind.allCases
    )
    func missing(_ kind: DaemonSetting.Kind) throws {
        var object = try JSONObjectText("")
        guard case .missing(let values) = try standing(kind) else {
            Issue.record("\(kind) is not missing")
            return
        }
        for value in values { object.set(value.json, at: value.path) }
        #expect(try standing(kind, object.text) == .held)
        #expect(try standing(kind, Self.ours) == .held)
    }

    @Test("what an administrator set otherwise stays, what we wrote earlier is renewed")
    func others() throws {
        guard case .other(let theirs, _, _) = try standing(.liveRestore, "{\"live-restore\": false}") else {
            Issue.record("it is not theirs")
            return
        }
        #expect(theirs == "live-restore: false")
        guard case .missing = try standing(.liveRestore, "{\"live-restore\": false}", wrote: ["live-restore": "false"])
        else {
            Issue.record("it is not renewed")
            return
        }
    }

    @Test("a flag is never repeated in the file, which would keep the engine from starting")
    func flags() throws {
        let fedora = EngineFlags.words(
            ofEnvironmentFile:
                "# a comment\nOPTIONS=\"--selinux-enabled --log-driver=journald --live-restore \\\n  --default-ulimit nofile=1024:1024\"\n"
        ).joined(separator: " ")
        #expect(try standing(.liveRestore, flags: fedora) == .held)
        #expect(try standing(.logRotation, flags: fedora) == .held)
        #expect(try standing(.userNamespace, flags: "--userns-remap=containers") == .held)
        guard case .other = try standing(.defaultBridge, flags: "--icc=true") else {
            Issue.record("a flag is overruled")
            return
        }
        guard case .other = try standing(.logRotation, flags: "--log-opt tag=x") else {
            Issue.record("log-opts are given twice")
            return
        }
    }

    @Test("other log drivers get no options of json-file", arguments: ["local", "journald", "syslog", "none"])
    func drivers(_ driver: String) throws {
        #expect(try standing(.logRotation, "{\"log-driver\": \"\(driver)\"}") == .held)
    }

    @Test("root is not remapped over the heads of containers that are there")
    func remapping() throws {
        guard case .costly(_, let why) = try standing(.userNamespace, report: report(containers: 2, images: 1)) else {
            Issue.record("it hides them")
            return
        }
        #expect(why.contains("2 containers, 1 image"))
        guard case .missing = try standing(.userNamespace, report: report()) else {
            Issue.record("an empty engine loses nothing")
            return
        }
        #expect(try standing(.userNamespace, report: report(images: 1, options: "[\"name=rootless\"]")) == .held)
    }

    @Test("an engine in a swarm gets no live-restore, with which it would not start")
    func swarm() throws {
        #expect(try standing(.liveRestore, report: report(swarm: "active")) == .held)
    }
}

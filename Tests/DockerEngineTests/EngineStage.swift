import DockerEngine
import DockerPolicy
import Foundation
import Identity

/// The real engine, two made-up persons, and the objects that a test makes there.
///
/// `Tests/in-docker-engine` starts one, and names its socket in `DIYCLOUD_DOCKER_SOCKET`.
struct EngineStage: Sendable {
    static let socket = ProcessInfo.processInfo.environment["DIYCLOUD_DOCKER_SOCKET"] ?? "/var/run/docker.sock"
    static let alice = Sight.own(name: "dc-alice", cgroupParent: "/diycloud-c/user-40001")
    static let bob = Sight.own(name: "dc-bob", cgroupParent: "/diycloud-c/user-40002")

    let client = EngineClient(.init(socket: socket))
    let objects: EngineObjects
    /// What every name of this test begins with.
    let prefix = "dc-" + String(UInt32.random(in: .min ... .max), radix: 36)

    init() {
        objects = EngineObjects(client: client)
    }

    /// Runs a test and removes whatever bears its prefix.
    static func run(_ test: (EngineStage) async throws -> Void) async throws {
        let stage = EngineStage()
        let result: Result<Void, any Error>
        do { result = .success(try await test(stage)) } catch { result = .failure(error) }
        await stage.clear()
        await stage.client.shutdown()
        try result.get()
    }

    /// Creates a container of busybox.
    /// - Parameter owner: sets label and cgroup parent; nobody's when nil.
    func container(
        _ name: String,
        owner: Sight? = nil,
        label: String? = nil,
        binds: [String] = [],
        running: Bool = false
    ) async throws -> String {
        var body: JSONObject = [
            "Image": "busybox:latest", "Cmd": ["sleep", "600"],
            "Labels": .object(["dc.test": .string(prefix)]),
        ]
        var host: JSONObject = ["Binds": .array(binds.map(JSONValue.string)), "NetworkMode": "none"]
        if case .own(let person, let parent) = owner {
            body["Labels"] = .object(["dc.test": .string(prefix), OwnerLabels.owner: .string(person)])
            host["CgroupParent"] = .string(parent)
        }
        if let label { body["Labels"] = .object(["dc.test": .string(prefix), OwnerLabels.owner: .string(label)]) }
        body["HostConfig"] = .object(host)
        let answer = try await client.call(
            "POST",
            ["containers", "create"],
            query: [("name", "\(prefix)-\(name)")],
            body: JSONValue.object(body).serialized()
        )
        let id = try Self.member("Id", of: answer, status: 201)
        if running {
            let started = try await client.call("POST", ["containers", id, "start"])
            guard started.status == 204 else { throw Failure(text: "\(started.status) \(started.message)") }
        }
        return id
    }

    static func member(_ name: String, of answer: EngineAnswer, status: Int) throws -> String {
        let object = try? JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
        guard answer.status == status, let text = object?[name] as? String else {
            throw Failure(text: "\(answer.call): \(answer.status) \(answer.message)")
        }
        return text
    }

    struct Failure: Error {
        let text: String
    }

    private func clear() async {
        let filter = #"{"label":["dc.test=\#(prefix)"]}"#
        for id in await ids(["containers", "json"], query: [("all", "1"), ("filters", filter)]) {
            _ = try? await client.call("DELETE", ["containers", id], query: [("force", "1"), ("v", "1")])
        }
        for network in (try? await objects.networks()) ?? []
        where network.name.hasPrefix(prefix) || network.owner?.hasPrefix(prefix) == true {
            _ = try? await client.call("DELETE", ["networks", network.id])
        }
    }

    private func ids(_ path: [String], query: [(name: String, value: String)]) async -> [String] {
        guard let answer = try? await client.call("GET", path, query: query) else { return [] }
        let list = try? JSONSerialization.jsonObject(with: Data(answer.body)) as? [[String: Any]]
        return (list ?? []).compactMap { $0["Id"] as? String }
    }
}

import DockerEngine
import DockerGuard
import DockerPolicy
import Foundation
import Identity
import Logging
import NIOCore

/// A judge before the real engine, two made-up persons, and what a test makes there.
///
/// The judge's decisions are carried out as the transport would, but without streams: a hijack is told of, not made.
final class JudgeStage: Sendable {
    static let socket = ProcessInfo.processInfo.environment["DIYCLOUD_DOCKER_SOCKET"] ?? "/var/run/docker.sock"

    let engine = EngineClient(.init(socket: socket))
    let objects: EngineObjects
    let judge: DockerJudge
    let owners: ImageOwners
    let lines = LogLines()
    /// What every name of this test begins with.
    let prefix = "dcj" + String(UInt32.random(in: .min ... .max), radix: 36)
    let alice: Caller
    let bob: Caller

    /// What came back.
    struct Reply {
        let status: Int
        let body: Data
        /// The request that the engine got, when it got one by way of the transport.
        let plan: ForwardPlan?

        var object: [String: Any] { (try? JSONSerialization.jsonObject(with: body)) as? [String: Any] ?? [:] }
        var list: [[String: Any]] { (try? JSONSerialization.jsonObject(with: body)) as? [[String: Any]] ?? [] }
        var message: String { object["message"] as? String ?? "" }
        var id: String { object["Id"] as? String ?? "" }
        var isHijack: Bool { if case .hijack? = plan?.answer { true } else { false } }
    }

    init() throws {
        objects = EngineObjects(client: engine)
        owners = ImageOwners(path: NSTemporaryDirectory() + "\(prefix)-owners.json")
        // Interfaces are named after the uid, and tests run at the same time.
        let uid = UInt32.random(in: 1_000_000...2_000_000_000)
        alice = try Self.caller("\(prefix)-a", uid: uid)
        bob = try Self.caller("\(prefix)-b", uid: uid + 1)
        let pool = Subnet(base: 0x0AD7_0000 | UInt32.random(in: 0...255) << 8, prefix: 24)
        let networks = PersonNetworks(
            client: engine,
            objects: objects,
            configuration: .init(pool: pool, subnetPrefix: 28, perPerson: 2)
        )
        let (alice, lines) = (alice, lines)
        judge = DockerJudge(
            .init(settings: Self.settings),
            engine: engine,
            objects: objects,
            networks: networks,
            imageOwners: owners,
            log: Logger(label: "judge", factory: { _ in lines }),
            person: { $0 == alice.name ? alice : nil }
        )
    }

    static let settings = GuardSettings(
        publishedAddresses: ["127.0.0.1"],
        lowestPort: 1024,
        allowsHomeBinds: true,
        limitsCPU: false,
        engineCPUs: 2,
        engineMemory: 8 << 30,
        canLimitStorage: false
    )

    static func caller(_ name: String, uid: UInt32, power: Caller.Power = .person) throws -> Caller {
        Caller(
            name: try UserName(name),
            uid: uid,
            gid: uid,
            home: nil,
            quota: .platformDefault,
            tasks: 100,
            cgroupParent: "/diycloud-c/user-\(uid)",
            power: power,
            entrance: .socket
        )
    }

    /// Runs a test and removes whatever it made.
    static func run(_ test: (JudgeStage) async throws -> Void) async throws {
        let stage = try JudgeStage()
        let result: Result<Void, any Error>
        do { result = .success(try await test(stage)) } catch { result = .failure(error) }
        await stage.clear()
        await stage.engine.shutdown()
        try result.get()
    }

    /// Asks the judge and does what it says.
    func ask(
        _ caller: Caller,
        _ method: String,
        _ target: String,
        _ body: JSONObject? = nil,
        headers: [(String, String)] = []
    ) async throws -> Reply {
        let opening = await judge.open(method: method, target: target, headers: headers, caller: caller)
        let bytes = body.map { JSONValue.object($0).serialized() } ?? []
        let decision =
            switch opening {
            case .decided(let decision): decision
            case .wantsBody(_, let judge): await judge(ByteBuffer(bytes: bytes))
            }
        switch decision {
        case .refuse(let refusal): return Reply(status: refusal.status, body: Data(refusal.body), plan: nil)
        case .answer(let status, _, let body):
            return Reply(status: status, body: Data(body.readableBytesView), plan: nil)
        case .forward(let plan): return try await carriedOut(plan)
        }
    }

    private func carriedOut(_ plan: ForwardPlan) async throws -> Reply {
        if case .hijack = plan.answer { return Reply(status: 101, body: Data(), plan: plan) }
        var bytes: [UInt8]?
        if case .bytes(let buffer) = plan.body { bytes = Array(buffer.readableBytesView) }
        let answer = try await engine.send(plan.method, uri: plan.uri, body: bytes)
        var (status, body) = (answer.status, ByteBuffer(bytes: answer.body))
        switch plan.answer {
        case .whole(_, let transform): (status, body) = await transform(status, body)
        case .lines(_, let transform) where status < 400:
            var kept = ByteBuffer()
            for line in body.readableBytesView.split(separator: UInt8(ascii: "\n")) {
                guard var shown = await transform(ByteBuffer(bytes: line)) else { continue }
                kept.writeBuffer(&shown)
                kept.writeString("\n")
            }
            body = kept
        default: break
        }
        await plan.whenDone?(status)
        return Reply(status: status, body: Data(body.readableBytesView), plan: plan)
    }

    /// A container of busybox that sleeps, made through the judge.
    func container(_ name: String, of caller: Caller, host: JSONObject = [:], start: Bool = false) async throws
        -> String
    {
        let reply = try await ask(
            caller,
            "POST",
            "/v1.41/containers/create?name=\(prefix)-\(name)",
            ["Image": "busybox:latest", "Cmd": ["sleep", "600"], "HostConfig": .object(host)]
        )
        guard reply.status == 201 else { throw Failure(text: "create: \(reply.status) \(reply.message)") }
        if start {
            let started = try await ask(caller, "POST", "/containers/\(reply.id)/start")
            guard started.status == 204 else { throw Failure(text: "start: \(started.status) \(started.message)") }
        }
        return reply.id
    }

    /// A container made at the engine's own socket, as root does.
    func rootContainer(_ name: String, labels: [String: String] = [:], start: Bool = false) async throws -> String {
        var object = JSONObject()
        for (key, value) in labels { object[key] = .string(value) }
        let body: JSONObject = ["Image": "busybox:latest", "Cmd": ["sleep", "600"], "Labels": .object(object)]
        let answer = try await engine.call(
            "POST",
            ["containers", "create"],
            query: [("name", "\(prefix)-\(name)")],
            body: JSONValue.object(body).serialized()
        )
        let reply = Reply(status: answer.status, body: Data(answer.body), plan: nil)
        if start { _ = try await engine.call("POST", ["containers", reply.id, "start"]) }
        return reply.id
    }

    struct Failure: Error {
        let text: String
    }

    private func clear() async {
        for container in await list(["containers", "json"], [("all", "1")]) {
            let names = container["Names"] as? [String] ?? []
            let owner = (container["Labels"] as? [String: String])?[OwnerLabels.owner] ?? ""
            guard names.contains(where: { $0.hasPrefix("/\(prefix)") }) || owner.hasPrefix(prefix),
                let id = container["Id"] as? String
            else { continue }
            _ = try? await engine.call("DELETE", ["containers", id], query: [("force", "1"), ("v", "1")])
        }
        for network in (try? await objects.networks()) ?? []
        where network.name.hasPrefix(prefix) || network.owner?.hasPrefix(prefix) == true {
            _ = try? await engine.call("DELETE", ["networks", network.id])
        }
        guard let volumes = try? await engine.call("GET", ["volumes"]) else { return }
        for volume in Reply(status: 200, body: Data(volumes.body), plan: nil).object["Volumes"] as? [[String: Any]]
            ?? []
        {
            let owner = (volume["Labels"] as? [String: String])?[OwnerLabels.owner] ?? ""
            guard let name = volume["Name"] as? String, name.hasPrefix(prefix) || owner.hasPrefix(prefix) else {
                continue
            }
            _ = try? await engine.call("DELETE", ["volumes", name])
        }
        unlink(NSTemporaryDirectory() + "\(prefix)-owners.json")
    }

    private func list(_ path: [String], _ query: [(name: String, value: String)]) async -> [[String: Any]] {
        guard let answer = try? await engine.call("GET", path, query: query) else { return [] }
        return Reply(status: answer.status, body: Data(answer.body), plan: nil).list
    }
}

/// Keeps what is logged, for a test to look at.
final class LogLines: LogHandler, @unchecked Sendable {
    // Both under the lock.
    private let lock = NSLock()
    private var kept: [String] = []
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) { note("\(event.level) \(event.message) \(event.metadata ?? [:])") }

    var all: [String] { lock.withLock { kept } }

    private func note(_ line: String) { lock.withLock { kept.append(line) } }
}

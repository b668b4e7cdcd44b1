import Foundation
import Identity
import Testing

@testable import DockerPolicy

/// Bodies that real clients sent (docker 28.2.2, docker-compose 1.29.2), and a recreate as Portainer does it.
struct EverydayBody: CustomTestStringConvertible, Sendable {
    let name: String
    let kind: String
    let body: JSONObject

    var testDescription: String { name }

    static let all: [EverydayBody] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Corpora/everyday.jsonl")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            guard let object = try? JSONParser.parse(Array(line.utf8)).object, let body = object["body"]?.object,
                let name = object["name"]?.string, let kind = object["kind"]?.string
            else { return nil }
            return EverydayBody(name: name, kind: kind, body: body)
        }
    }()

    static let containers = all.filter { $0.kind == "container-create" }
}

/// Alice, with 2 GiB and 1.5 cores, on a server that publishes on 127.0.0.1 from port 1024 on.
enum Alice {
    static let settings = GuardSettings(
        publishedAddresses: ["127.0.0.1"],
        lowestPort: 1024,
        allowsHomeBinds: true,
        limitsCPU: true,
        engineCPUs: 4,
        engineMemory: 16 << 30,
        canLimitStorage: false
    )

    static func caller(
        gpu: Bool = false,
        power: Caller.Power = .person,
        entrance: Caller.Entrance = .socket
    ) throws -> Caller {
        Caller(
            name: try UserName("alice"),
            uid: 1001,
            gid: 1001,
            home: "/home/alice",
            quota: Quota(cpuCores: 1.5, memory: .gibibytes(2), disk: .gibibytes(5), gpu: gpu),
            tasks: 512,
            cgroupParent: "/user.slice/user-1001.slice",
            power: power,
            entrance: entrance
        )
    }

    /// Everything that a creation names is hers; `homed` has her home bound.
    static func owning(_ references: ContainerReferences, declared: [String] = []) -> ResolvedReferences {
        var resolved = ResolvedReferences(defaultNetwork: String(repeating: "d", count: 64), declaredVolumes: declared)
        for name in references.containers where name != "foreign" {
            resolved.containers[name] = OwnContainer(id: identity(name), name: name, bindsHost: name == "homed")
        }
        for name in references.networks where name != "foreign" { resolved.networks[name] = identity(name) }
        return resolved
    }

    /// 64 hex digits for a name; the same for the same, and for what is one already.
    static func identity(_ name: String) -> String {
        guard name.utf8.count != 64 else { return name }
        let digits = name.utf8.flatMap { [$0 >> 4, $0 & 15] }.map { String($0, radix: 16) }.joined()
        return String((digits + String(repeating: "0", count: 64)).prefix(64))
    }

    static func judge(
        _ body: JSONObject,
        declared: [String] = [],
        caller: Caller? = nil,
        settings: GuardSettings = settings
    ) throws -> JudgedCreation {
        let creation = try ContainerCreation(body: body, name: "/web")
        return try creation.judged(
            for: try caller ?? Alice.caller(),
            settings: settings,
            resolved: owning(creation.references, declared: declared)
        )
    }

    static func json(_ text: String) throws -> JSONObject {
        try JSONParser.parse(Array(text.utf8)).object ?? [:]
    }
}

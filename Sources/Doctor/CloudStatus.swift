public import Foundation
public import HostChanges
import HostPrograms
public import Installer
import ServiceUnits
import WebCertificate

/// What runs on this host, since when, and for whom.
public struct CloudStatus: Codable, Sendable, Equatable {
    public struct Unit: Codable, Sendable, Equatable {
        public let component: Component
        public let name: String
        /// `active`, `failed`, `inactive`.
        public let state: String
        /// Since when it is active; nil where systemd does not say.
        public let since: Date?
        public var isRunning: Bool { state == "active" }
    }

    public struct People: Codable, Sendable, Equatable {
        public let all: Int
        public let disabled: Int
        public let administrators: Int
    }

    public struct Sync: Codable, Sendable, Equatable {
        public let at: Date
        public let findings: Int
    }

    public let release: String
    /// The address for browsers; nil without nginx.
    public let address: String?
    public let components: [Component]
    public let units: [Unit]
    /// Versions of what others made: `nginx` → `1.22.1`.
    public let versions: [String: String]
    /// nil when they cannot be told.
    public let people: People?
    public let sessions: Int?
    /// People of whom something runs.
    public let runningPeople: Int?
    /// People whose limits of processor and memory are in force.
    public let limited: Int?
    public let sync: Sync?
    /// Until when the certificate is good.
    public let certificateEnds: Date?
    /// Files that an administrator changed and an installation left.
    public let pending: [String]
}

extension CloudStatus {
    static let unitsOf: [(Component, [String])] = [
        (.bridge, ["diycloud-bridge.service", "diycloud-bridge-sync.service"]), (.nginx, ["nginx.service"]),
        (.docker, ["docker.service", "diycloud-bridge-docker.service"]),
        (.jupyterhub, ["diycloud-jupyterhub.service"]),
    ]

    /// Looks at everything. What cannot be told is left out, not guessed.
    public static func look(_ host: Installer.Host, recipes: [any Recipe.Type], release: String) async -> CloudStatus {
        let installed = await host.record.manifest.components
        let bridge = BridgeProgram(programs: host.programs)
        let hasNginx = installed.contains(.nginx)
        let certificate = ServerCertificate(on: host)
        let people = try? await bridge.document(["user", "list"], as: [Person].self)
        let usage = try? await bridge.document(["usage"], as: [PersonUsage].self)
        let sessions = try? await bridge.document(["session", "list"], as: Sessions.self)
        return CloudStatus(
            release: release,
            address: hasNginx ? "https://\(certificate.name)/" : nil,
            components: installed.sorted(),
            units: await units(of: installed, host),
            versions: await versions(of: installed, host),
            people: people.map { all in
                People(
                    all: all.count,
                    disabled: all.count { !$0.active },
                    administrators: all.count { $0.role == "admin" }
                )
            },
            sessions: sessions?.sessions.count,
            runningPeople: usage?.count { $0.tasks.count > 0 },
            limited: usage?.count { $0.cpu.inForce && $0.memory.inForce },
            sync: sync(host),
            certificateEnds: hasNginx ? ends(certificate, host) : nil,
            pending: await pending(host, recipes.filter { installed.contains($0.component) })
        )
    }

    private static func units(of installed: Set<Component>, _ host: Installer.Host) async -> [Unit] {
        var units: [Unit] = []
        for (component, names) in unitsOf where installed.contains(component) {
            for name in names {
                guard let state = try? await host.units.state(of: name) else { continue }
                let since = state.since.map { Date(timeIntervalSince1970: TimeInterval($0)) }
                let active = state.isLoaded ? state.active : "missing"
                units.append(Unit(component: component, name: name, state: active, since: since))
            }
        }
        return units
    }

    private static func versions(of installed: Set<Component>, _ host: Installer.Host) async -> [String: String] {
        let commands: [(Component, String, [String])] = [
            (.nginx, "nginx", ["nginx", "-v"]),
            (.docker, "docker", ["docker", "version", "--format", "{{.Server.Version}}"]),
            (.jupyterhub, "jupyterhub", ["env", "/opt/diycloud/jupyterhub/bin/jupyterhub", "--version"]),
            (.portainer, "portainer", ["docker", "inspect", "--format", "{{.Config.Image}}", "portainer"]),
        ]
        var versions: [String: String] = [:]
        for (component, name, command) in commands where installed.contains(component) {
            guard let result = try? await host.programs.run(command[0], Array(command.dropFirst())), result.status == 0
            else { continue }
            let said = (result.output + result.errors).split(whereSeparator: \.isWhitespace).last.map(String.init)
            versions[name] = said?.split(separator: "/").last.map(String.init)
        }
        return versions
    }

    private static func sync(_ host: Installer.Host) -> Sync? {
        let path = host.files.real("/run/diycloud-bridge/sync.json")
        guard let data = FileManager.default.contents(atPath: path),
            let report = try? JSONDecoder().decode(SyncFile.self, from: data)
        else { return nil }
        return Sync(at: Date(timeIntervalSince1970: report.at), findings: report.findingCount)
    }

    private static func ends(_ certificate: ServerCertificate, _ host: Installer.Host) -> Date? {
        let path = host.files.real(certificate.places.certificate)
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        return try? WebCertificate(pem: text).notAfter
    }

    private static func pending(_ host: Installer.Host, _ recipes: [any Recipe.Type]) async -> [String] {
        guard let plan = try? await Installation(recipes, on: host).plan() else { return [] }
        return plan.pending.flatMap { item in item.changes.map(\.summary) }
    }
}

// MARK: - What the bridge's commands say

private struct Person: Decodable {
    let active: Bool
    let role: String
}

/// The document of GET /api/v1/users/{name}/usage, as far as it matters here.
private struct PersonUsage: Decodable {
    struct Part: Decodable {
        let inForce: Bool

        private enum CodingKeys: String, CodingKey { case inForce = "in_force" }
    }
    struct Tasks: Decodable {
        let count: Int
    }
    let cpu: Part
    let memory: Part
    let tasks: Tasks
}

private struct Sessions: Decodable {
    struct Session: Decodable {}
    let sessions: [Session]
}

private struct SyncFile: Decodable {
    let at: TimeInterval
    let findingCount: Int
}

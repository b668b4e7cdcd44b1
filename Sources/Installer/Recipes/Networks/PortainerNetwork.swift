import BridgeConfiguration
import Foundation
import HostChanges
import HostPrograms

/// The network that Portainer alone is in. While it deploys a stack it listens without a password on all its addresses, so nothing of
/// people's may reach it.
struct PortainerNetwork: Step {
    static let name = "diycloud-portainer"
    static let bridge = "diycloud-ptr"

    private struct Facts: Decodable {
        struct Addresses: Decodable {
            struct Range: Decodable {
                let subnet: String?

                private enum CodingKeys: String, CodingKey { case subnet = "Subnet" }
            }
            let ranges: [Range]?

            private enum CodingKeys: String, CodingKey { case ranges = "Config" }
        }
        let driver: String
        let options: [String: String]?
        let addresses: Addresses

        private enum CodingKeys: String, CodingKey { case driver = "Driver", options = "Options", addresses = "IPAM" }

        var subnets: [String] { (addresses.ranges ?? []).compactMap(\.subnet) }
    }

    let component: Component
    let host: Host

    init(_ component: Component = .networks, on host: Host) {
        self.component = component
        self.host = host
    }

    var title: String { "Give Portainer a network of its own" }

    /// Its range as the engine has it; nil when there is no such network.
    static func range(_ programs: any HostPrograms) async throws -> IPv4Range? {
        guard programs.has("docker") else { return nil }
        let facts = try await DockerCommand(programs).inspected("network", name, as: Facts.self)
        return facts?.subnets.compactMap { IPv4Range($0) }.first
    }

    func look() async throws -> StepStanding {
        let docker = DockerCommand(host.programs)
        guard host.programs.has("docker"), try await docker(["info", "--format", "{{.ServerVersion}}"]).status == 0
        else {
            return .later(PlannedChange(.container, "create the network \(Self.name)"), after: "the engine runs")
        }
        let wanted: IPv4Range
        switch try await wantedRange() {
        case .success(let range): wanted = range
        case .failure(let problem): return .blocked(problem.reason)
        }
        guard let facts = try await docker.inspected("network", Self.name, as: Facts.self) else {
            return .needed([
                PlannedChange(.container, "create the network \(Self.name), \(wanted), on the bridge \(Self.bridge)")
            ])
        }
        guard facts.driver == "bridge", facts.options?["com.docker.network.bridge.name"] == Self.bridge else {
            return .blocked(
                "there is a network \(Self.name) of another make. Remove it (docker network rm \(Self.name)) and run this again."
            )
        }
        guard facts.subnets == [wanted.description] else {
            return .blocked(
                "the network \(Self.name) has \(facts.subnets.joined(separator: ", ")), and bridge.yaml says docker.address in \(wanted). "
                    + "Make both the same, or remove the network and run this again."
            )
        }
        return .done
    }

    func traces() async throws -> [HostTrace] {
        let remove = "docker network rm \(Self.name) || ! docker network inspect \(Self.name)"
        return [
            .command(id: "network:\(Self.name)", undo: [["sh", "-c", remove]], note: "Docker's network \(Self.name)")
        ]
    }

    func apply(_ report: StepReport) async throws {
        let wanted = try await wantedRange().get()
        let made = try await DockerCommand(host.programs)([
            "network", "create", "--driver", "bridge", "--subnet", wanted.description, "--gateway",
            AddressPlan.text(wanted.first + 1),
            "--opt", "com.docker.network.bridge.name=\(Self.bridge)", "--label", "org.diycloud.part=portainer",
            Self.name,
        ])
        report.output(made.output + made.errors)
    }

    /// What is there, or what bridge.yaml says; else the first free one.
    private func wantedRange() async throws -> Result<IPv4Range, StepFailure> {
        if let set = InstalledConfiguration.read(on: host)?.portainerRange { return .success(set) }
        if let there = try await Self.range(host.programs) { return .success(there) }
        let taken = try await TakenAddresses.look(host.programs)
        guard let plan = AddressPlan(taken: taken.ranges) else {
            return .failure(StepFailure(title: title, reason: "no private range of addresses is free on this host"))
        }
        return .success(plan.portainer)
    }
}

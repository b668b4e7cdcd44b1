import BridgeConfiguration
import Foundation
import HostPrograms

/// What of IPv4 is in use on this host: its routes in all tables (VPNs have their own), its addresses, and Docker's networks, of which those
/// that nothing is in have no route.
struct TakenAddresses: Sendable, Equatable {
    /// A range, and what has it, for a person.
    struct Use: Sendable, Equatable {
        let range: IPv4Range
        let what: String
    }

    var uses: [Use] = []

    init() {}

    var ranges: [IPv4Range] { uses.map(\.range) }

    /// What of it lies in a range, but for what is ours: people's bridges (`diy-…`) and Portainer's.
    func collision(with range: IPv4Range) -> Use? { uses.first { $0.range.overlaps(range) } }

    /// - Parameter text: what `ip -4 -o route show table all` prints, a route a line.
    mutating func add(routes text: String) {
        for line in text.split(separator: "\n") {
            var words = line.split(whereSeparator: \.isWhitespace)[...]
            // local, broadcast, multicast, unreachable …: the kind stands first.
            if let kind = words.first, kind.allSatisfy(\.isLetter), kind != "default" {
                // The host's own addresses come with a route of their network; other kinds say nothing of use.
                guard kind == "unicast" || kind == "local" else { continue }
                words.removeFirst()
            }
            guard let destination = words.first, destination != "default" else { continue }
            let device = words.firstIndex(of: "dev").flatMap {
                words.index(after: $0) < words.endIndex ? words[words.index(after: $0)] : nil
            }
            if let device, device == "lo" || Self.isOurs(bridge: String(device)) { continue }
            guard let range = Self.range(String(destination)) else { continue }
            uses.append(Use(range: range, what: "the route \(destination)" + (device.map { " on \($0)" } ?? "")))
        }
    }

    /// - Parameter text: a line for each network: name, bridge, and subnets, with tabs between them.
    mutating func add(networks text: String) {
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard parts.count >= 3, !Self.isOurs(bridge: parts[1]) else { continue }
            for subnet in parts[2].split(separator: " ") {
                guard let range = Self.range(String(subnet)) else { continue }
                uses.append(Use(range: range, what: "Docker's network \(parts[0])"))
            }
        }
    }

    /// Makes `docker network inspect` print what ``add(networks:)`` reads.
    static let format =
        "{{.Name}}\t{{index .Options \"com.docker.network.bridge.name\"}}\t{{range .IPAM.Config}}{{.Subnet}} {{end}}"

    /// Looks at this host.
    static func look(_ programs: any HostPrograms) async throws -> TakenAddresses {
        var taken = TakenAddresses()
        if programs.has("ip") {
            taken.add(routes: try await programs.run("ip", ["-4", "-o", "route", "show", "table", "all"]).output)
        }
        guard programs.has("docker") else { return taken }
        let docker = DockerCommand(programs)
        let ids = try await docker.names(["network", "ls", "--quiet"])
        guard !ids.isEmpty else { return taken }
        taken.add(networks: try await docker(["network", "inspect", "--format", format] + ids).output)
        return taken
    }

    private static func isOurs(bridge: String) -> Bool { bridge.hasPrefix("diy-") || bridge == PortainerNetwork.bridge }

    /// A destination without a length is one address. Shorter than /8 is nearly everything, and says nothing: a VPN's 0.0.0.0/1.
    private static func range(_ text: String) -> IPv4Range? {
        let parts = text.split(separator: "/")
        guard let prefix = parts.count == 2 ? Int(parts[1]) : 32, prefix >= 8 else { return nil }
        // The smallest range that IPv4Range knows is of 16 addresses.
        guard prefix > 28 else { return IPv4Range(text) }
        let octets = parts[0].split(separator: ".")
        guard octets.count == 4, let last = UInt8(octets[3]) else { return nil }
        return IPv4Range("\(octets[0]).\(octets[1]).\(octets[2]).\(last & 0xf0)/28")
    }
}

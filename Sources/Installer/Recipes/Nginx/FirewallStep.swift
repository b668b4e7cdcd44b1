import Foundation
import HostChanges
import HostPrograms

/// Ports 80 and 443 in a firewall that is in force. Nothing else is opened, and nothing is opened where there is none.
struct FirewallStep: Step {
    let component = Component.nginx
    let title = "Open ports 80 and 443 in the firewall"
    let host: Host

    func look() async throws -> StepStanding {
        guard let firewall = host.facts.firewall, host.options.firewall != .leave else { return .done }
        let closed = try await closed(firewall)
        if closed.isEmpty { return .done }
        return .needed([
            PlannedChange(
                .firewall,
                "open \(closed.joined(separator: " and ")) in \(firewall.rawValue)",
                details: ["not wanted: --firewall leave"]
            )
        ])
    }

    func traces() async throws -> [HostTrace] {
        guard let firewall = host.facts.firewall else { return [] }
        return try await closed(firewall).map { what in
            let undo =
                switch firewall {
                case .firewalld:
                    [
                        ["firewall-cmd", "--permanent", "--remove-service=\(what)"],
                        ["firewall-cmd", "--remove-service=\(what)"],
                    ]
                case .ufw: [["ufw", "delete", "allow", what]]
                }
            return .command(id: "firewall:\(what)", undo: undo, note: "\(what) is open in \(firewall.rawValue)")
        }
    }

    func apply(_ report: StepReport) async throws {
        guard let firewall = host.facts.firewall else { return }
        for what in try await closed(firewall) {
            let commands =
                switch firewall {
                // What is in force and what is in force after a restart are two things (firewall-cmd(1)).
                case .firewalld: [["--permanent", "--add-service=\(what)"], ["--add-service=\(what)"]]
                case .ufw: [["allow", what]]
                }
            for arguments in commands {
                let program = firewall == .firewalld ? "firewall-cmd" : "ufw"
                let result = try await host.programs.run(program, arguments)
                report.output(result.output + result.errors)
            }
        }
    }

    private func closed(_ firewall: HostFacts.Firewall) async throws -> [String] {
        var closed: [String] = []
        switch firewall {
        case .firewalld:
            for service in ["http", "https"] {
                let now = try await host.programs.run("firewall-cmd", ["--query-service=\(service)"])
                let later = try await host.programs.run("firewall-cmd", ["--permanent", "--query-service=\(service)"])
                if now.status != 0 || later.status != 0 { closed.append(service) }
            }
        case .ufw:
            let rules = try await host.programs.run("ufw", ["status"]).output
            for port in ["80", "443"] where !Self.isOpen(port, inUFW: rules) { closed.append("\(port)/tcp") }
        }
        return closed
    }

    /// Lines as `80/tcp  ALLOW  Anywhere`, `80,443/tcp ALLOW Anywhere`, `Nginx Full ALLOW Anywhere` (ufw(8), "status").
    static func isOpen(_ port: String, inUFW rules: String) -> Bool {
        rules.split(separator: "\n").contains { line in
            guard let allow = line.range(of: " ALLOW"), line[allow.upperBound...].contains("Anywhere") else {
                return false
            }
            let what = line[..<allow.lowerBound].trimmingCharacters(in: .whitespaces)
            if ["Nginx Full", "WWW Full", "Apache Full"].contains(what) { return true }
            if what == "Nginx HTTP" || what == "WWW" || what == "Apache" { return port == "80" }
            if what == "Nginx HTTPS" || what == "WWW Secure" || what == "Apache Secure" { return port == "443" }
            let parts = what.split(separator: "/")
            guard parts.count == 1 || parts[1] == "tcp" else { return false }
            return parts.first?.split(separator: ",").contains(port[...]) ?? false
        }
    }
}

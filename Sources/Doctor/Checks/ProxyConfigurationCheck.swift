import HostPrograms
import Installer

/// The configuration of nginx, as nginx itself reads it.
struct ProxyConfigurationCheck: Check {
    let id = "nginx-configuration"
    let title = "nginx's configuration keeps the bridge's promises"
    let programs: any HostPrograms

    func look() async throws -> [Finding] {
        let test = try await programs.run("nginx", ["-T"])
        guard test.status == 0 else {
            return [
                Finding(
                    .critical,
                    "nginx refuses its configuration: \(test.complaint)",
                    why: "It goes on with what it has read, and does not start again after a reboot.",
                    remedy: "nginx -t names the line; diycloud install nginx puts our files right"
                )
            ]
        }
        return Self.findings(of: NginxDump(test.output), warnings: test.errors)
    }

    static func findings(of dump: NginxDump, warnings: String) -> [Finding] {
        var findings: [Finding] = []
        for file in dump.files {
            for directive in file.directives {
                if let finding = finding(directive, in: file.path) { findings.append(finding) }
            }
        }
        for line in warnings.split(separator: "\n") where line.contains("conflicting server name") {
            findings.append(
                Finding(
                    .warning,
                    String(line),
                    why: "Two servers want the same name, and nginx takes whichever it read first.",
                    remedy: "give one of them another server_name"
                )
            )
        }
        return findings
    }

    private static func finding(_ directive: [Substring], in path: String) -> Finding? {
        switch directive.first {
        case "underscores_in_headers" where directive.last == "on":
            return Finding(
                .warning,
                "\(path) has underscores_in_headers on",
                why: "Remote_User then arrives at services as Remote-User: anybody can say who they are.",
                remedy: "take the line out of \(path); then: systemctl reload nginx"
            )
        case "proxy_set_header" where directive.contains("$http_host") && path.hasPrefix(NginxServer.locations):
            return Finding(
                .warning,
                "\(path) passes $http_host on",
                why: "It is what the client wrote, and may differ from the server that was chosen by it.",
                remedy: "write $host in \(path); then: systemctl reload nginx"
            )
        case "location"
        where directive.count > 2 && directive[1].hasPrefix("~") && path.hasPrefix(NginxServer.locations):
            return Finding(
                .notice,
                "\(path) has the regular expression \(directive[2])",
                why: "Regular expressions win over plain locations; ours are marked ^~ and win over them.",
                remedy: "nothing, if it is meant"
            )
        default:
            return nil
        }
    }
}

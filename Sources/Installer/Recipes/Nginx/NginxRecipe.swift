import Foundation
import Glibc
import HTTPProbe
public import HostChanges
import HostPrograms
import ManagedFiles

/// The web server in front of everything: our own server block in the layout of the distribution, with a certificate.
public enum NginxRecipe: Recipe {
    public static let component = Component.nginx

    static let unit = "nginx.service"
    static let snippets = "/etc/nginx/snippets"
    static let serverFile = "diycloud.conf"
    /// Files of `share/nginx` that every location of the server leans on.
    static let common = ["guard", "server", "service", "to-bridge"]

    public static func steps(on host: Host) async throws -> [any Step] {
        let certificate = ServerCertificate(on: host)
        let others = OtherSites(host: host)
        var steps: [any Step] = [
            portsStep(host),
            PackagesStep(component, "Install nginx", [.nginx], on: host),
        ]
        // The group that may open the bridge's socket has come with nginx.
        steps += ProxyEntrance.steps(for: component, on: host)
        steps.append(BridgeUnits.serviceStep(component, on: host))
        steps += certificate.stepsBefore()
        steps += [others.welcome, others.oldPortal].compactMap(\.self)
        let layout = host.distribution.nginx
        for directory in [layout.httpDirectory, snippets, NginxServer.locations] {
            steps.append(DirectoryStep(component, directory, on: host))
        }
        if ProxyEntrance.of(host) == .loopback { steps.append(connectStep(host)) }
        steps.append(filesStep(host))
        steps.append(UnitStep(component, unit, on: host))
        steps.append(FirewallStep(host: host))
        let later = certificate.stepsAfter()
        // With the certificate that certbot fetched, nginx has to read other files.
        if !later.isEmpty { steps += later + [filesStep(host)] }
        steps.append(proofStep(component, host, path: "/login", holds: "<form"))
        return steps
    }

    /// A location of another component, which the server includes.
    /// - Parameters:
    ///   - snippets: names of further files of `share/nginx` that it includes: `portainer-pass`.
    static func location(_ component: Component, _ name: String, snippets names: [String] = [], on host: Host)
        -> any Step
    {
        NginxFilesStep(component, "Put \(component.rawValue) into nginx", on: host) {
            let location = try host.payload.text("nginx/diycloud-bridge-\(name).conf")
            return try names.map { try snippet($0, host) }
                + [ManagedFile("\(NginxServer.locations)/\(name).conf", .rendered(location))]
        }
    }

    /// Asks nginx for a page, as a browser on this host would.
    static func proofStep(_ component: Component, _ host: Host, path: String, holds text: String)
        -> any Step
    {
        let name = ServerCertificate(on: host).name
        let problem: @Sendable () async -> String? = {
            do {
                let answer = try await HTTPProbe.get(
                    "https://\(name)\(path)",
                    address: "127.0.0.1",
                    headers: navigation
                )
                if answer.status == 200, answer.body.contains(text) { return nil }
                return "https://\(name)\(path) answers \(answer.status)"
            } catch {
                return "\(error)"
            }
        }
        return ProbedStep(
            component,
            "Ask nginx for https://\(name)\(path)",
            look: {
                guard let problem = await problem() else { return .done }
                let change = PlannedChange(.command, "ask for https://\(name)\(path)")
                return .later(change, after: "nginx runs with its new files (now: \(problem))")
            },
            apply: { report in
                for _ in 0..<30 {
                    guard let problem = await problem() else { return }
                    report.say(problem)
                    try await Task.sleep(for: .seconds(1))
                }
                report.output(await host.units.journal(of: unit))
            }
        )
    }

    /// As of a person who opens a page (Fetch Metadata); the bridge shows its form to nobody else.
    private static let navigation = [
        ("Accept", "text/html"), ("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-Dest", "document"), ("Sec-Fetch-User", "?1"),
    ]

    // MARK: - Steps

    /// Another web server would keep nginx from starting, and the package of nginx from being installed.
    private static func portsStep(_ host: Host) -> any Step {
        ProbedStep(
            component,
            "Find ports 80 and 443 free",
            look: {
                let state = try await host.units.state(of: unit)
                if state.isActive { return .done }
                let held = HeldPorts.look().ports.intersection([80, 443]).sorted()
                guard let port = held.first else { return .done }
                return .blocked(
                    "another program listens on port \(port): ss -ltnp 'sport = :\(port)' says which. Stop it, or give it another port"
                )
            },
            apply: { _ in }
        )
    }

    /// httpd_selinux(8).
    private static func connectStep(_ host: Host) -> any Step {
        let boolean = "httpd_can_network_connect"
        return ProbedStep(
            component,
            "Let nginx connect to services of this host",
            look: {
                let change = PlannedChange(.policy, "setsebool -P \(boolean) on")
                guard host.programs.has("getsebool") else {
                    return .blocked("there is no getsebool (libselinux-utils)")
                }
                let result = try await host.programs.run("getsebool", [boolean])
                guard result.status == 0 else { return .blocked("getsebool \(boolean): \(result.complaint)") }
                return result.output.contains("--> on") ? .done : .needed([change])
            },
            traces: {
                let undo = ["setsebool", "-P", boolean, "off"]
                return [.command(id: "selinux:\(boolean)", undo: [undo], note: "SELinux: \(boolean) is on")]
            },
            apply: { report in
                report.say("SELinux builds its policy anew")
                let result = try await host.programs.run(
                    "setsebool",
                    ["-P", boolean, "on"],
                    input: "",
                    timeLimit: .seconds(300)
                )
                report.output(result.output + result.errors)
            }
        )
    }

    private static func filesStep(_ host: Host) -> any Step {
        let layout = host.distribution.nginx
        let place = "\(layout.serverDirectory)/\(serverFile)"
        let links = layout.enabledDirectory.map { [LinkStep(component, "\($0)/\(serverFile)", to: place, on: host)] }
        return NginxFilesStep(component, "Write our server for nginx", links: links ?? [], on: host) {
            let http = try host.payload.text("nginx/diycloud-bridge-http.conf")
            var files = try common.map { try snippet($0, host) }
            files.append(
                ManagedFile(
                    "\(layout.httpDirectory)/diycloud-bridge-http.conf",
                    .rendered(ProxyEntrance.of(host).applied(toHTTPLevel: http))
                )
            )
            files.append(ManagedFile(place, .rendered(try await server(host, place, links?.map(\.path) ?? []).text)))
            if let include = try await include(host) { files.append(include) }
            return files
        }
    }

    private static func snippet(_ name: String, _ host: Host) throws -> ManagedFile {
        let file = "diycloud-bridge-\(name).conf"
        return ManagedFile("\(snippets)/\(file)", .rendered(try host.payload.text("nginx/\(file)")))
    }

    /// Arch's `nginx.conf` includes nothing; unless an administrator has made it so.
    private static func include(_ host: Host) async throws -> ManagedFile? {
        let layout = host.distribution.nginx
        let path = "/etc/nginx/nginx.conf"
        guard layout.includesNothing else { return nil }
        if await host.record.manifest.files[path]?.isBlock != true, let text = try host.files.text(of: path) {
            let includes = text.split(separator: "\n").map { $0.drop { $0 == " " || $0 == "\t" } }.filter {
                $0.hasPrefix("include ")
            }
            if includes.contains(where: { $0.contains("conf.d/*.conf") || $0.contains("conf.d/*;") }) { return nil }
        }
        return ManagedFile(path, .block("    \(layout.includeLine)", after: "http {"))
    }

    private static func server(_ host: Host, _ place: String, _ links: [String]) async throws -> NginxServer {
        let certificate = ServerCertificate(on: host)
        let places = certificate.places
        // Before it is installed nothing is known of it: then as it would be on a fresh host.
        let version = await NginxVersion.installed(host.programs)
        var dump = NginxDump("")
        if version != nil { dump = NginxDump(try await host.programs.run("nginx", ["-T"]).output) }
        let ours = Set([place] + links)
        let isFree = { (port: Int) in dump.defaultServer(on: port, except: ours) == nil }
        let isStrict = host.options.hostName != nil || !isFree(443)
        return NginxServer(
            names: isStrict ? [certificate.name] : [],
            certificate: places.certificate,
            key: places.key,
            isTrusted: places.isTrusted,
            challenges: certificate.wantsCertbot ? ServerCertificate.challenges : nil,
            isDefaultOn80: isFree(80),
            isDefaultOn443: isFree(443),
            listensOnIPv6: access("/proc/net/if_inet6", F_OK) == 0,
            version: version ?? NginxVersion(1, 22, 0)
        )
    }
}

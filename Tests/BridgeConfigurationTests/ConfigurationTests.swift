import BridgeConfiguration
import Foundation
import Identity
import Testing

/// The top of the source tree.
let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

/// The problems of a text, as lines without the file's name.
func problems(_ text: String) -> [String] {
    do throws(ConfigurationError) {
        _ = try Configuration.parse(text, path: "f")
        return []
    } catch {
        return error.description.split(separator: "\n").map { String($0.dropFirst(2)) }
    }
}

@Suite("bridge.yaml")
struct ConfigurationTests {
    @Test("the shipped file says the defaults, and says every key")
    func shippedFileIsTheDefaults() throws {
        let path = packageRoot.appending(path: "config/bridge.yaml").path
        #expect(try Configuration.load(path: path) == Configuration())
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for key in ConfigurationKey.all {
            let last = try #require(key.name.split(separator: ".").last)
            let line = last == "<name>" ? "  jupyterhub:" : "\(last):"
            #expect(text.contains(line), "\(key.name) is missing")
        }
    }

    @Test(
        "an empty file, and one of comments only, is all defaults",
        arguments: ["", "# nothing\n", "---\n", "~", "session:\n"]
    )
    func emptyIsDefaults(text: String) throws {
        #expect(try Configuration.parse(text, path: "f") == Configuration())
    }

    @Test("the documentation lists every key with its type and default")
    func documentationIsComplete() throws {
        let text = try String(contentsOf: packageRoot.appending(path: "docs/configuration.md"), encoding: .utf8)
        for key in ConfigurationKey.all {
            #expect(
                text.contains("| `\(key.name)` | \(key.type) | `\(key.defaultValue)` |"),
                "\(key.name) is missing or differs"
            )
        }
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") && $0.split(separator: "|").count == 4 }
        #expect(rows.count == ConfigurationKey.all.count)
    }

    @Test("each default that the table states is the one in force")
    func tableStatesTheDefaults() {
        let values = Dictionary(uniqueKeysWithValues: Configuration().values().map { ($0.key, $0.value) })
        for key in ConfigurationKey.all where !key.name.contains("<name>") {
            #expect(values[key.name] == key.defaultValue, "\(key.name)")
        }
    }

    @Test("each example that an error message would show is accepted")
    func examplesAreAccepted() throws {
        // What goes with others only is tested where it is said.
        for key in ConfigurationKey.all where !key.name.hasPrefix("listen.") && key.name != "portainer.url" {
            var text = ""
            for (depth, part) in key.name.replacing("<name>", with: "jupyterhub").split(separator: ".").enumerated() {
                text += (depth == 0 ? "" : "\n") + String(repeating: " ", count: 2 * depth) + part + ":"
            }
            #expect(problems("\(text) \(key.example)") == [], "\(key.name)")
        }
    }

    @Test(
        "the services' socket is for root alone unless a group is named, and TCP is only on demand",
        arguments: [
            ("", Listener.socket(path: "/run/diycloud-bridge/services.sock", group: nil, mode: 0o600)),
            ("{socket: /run/x.sock}", .socket(path: "/run/x.sock", group: nil, mode: 0o600)),
            ("{socket: /run/x.sock, group: hub}", .socket(path: "/run/x.sock", group: "hub", mode: 0o660)),
            ("{socket: /run/x.sock, mode: \"0660\"}", .socket(path: "/run/x.sock", group: nil, mode: 0o660)),
            ("{address: 127.0.0.1:8471}", .address(host: "127.0.0.1", port: 8471, secretFile: nil)),
        ]
    )
    func servicesListener(text: String, listener: Listener) throws {
        #expect(try Configuration.parse("listen:\n  services: \(text)\n", path: "f").listen.services == listener)
    }

    @Test("systemd and JupyterHub use the sockets that the defaults name")
    func sameSockets() throws {
        func text(_ path: String) throws -> String {
            try String(contentsOf: packageRoot.appending(path: path), encoding: .utf8)
        }
        let listen = Configuration().listen
        for (name, listener) in [("proxy", listen.proxy), ("services", listen.services)] {
            guard case .socket(let path, _, let mode) = listener else {
                Issue.record("\(name) is on an address")
                continue
            }
            let unit = try text("config/systemd/diycloud-bridge-\(name).socket")
            #expect(unit.contains("\nListenStream=\(path)\n") && unit.contains("\nSocketUser=root\n"))
            #expect(unit.contains("\nSocketMode=0\(String(mode, radix: 8))\n"))
        }
        let url = "\"unix:\(listen.services)\""
        for file in ["jupyterhub_config.py", "src/diycloud_jupyterhub/bridge.py"] {
            #expect(try text("config/jupyterhub/\(file)").contains(url), "\(file)")
        }
    }

    @Test(
        "people of the store get into no group that gives power over the host, and the two groups are two",
        arguments: [
            ("{group: sudo}", "sudo gives power over this host"), ("{admin_group: wheel}", "wheel gives power"),
            ("{admin_group: docker}", "docker gives power"), ("{group: google-sudoers}", "google-sudoers gives power"),
            ("{group: www-data}", "one of its services"), ("{group: diycloud-bridge}", "one of its services"),
            ("{group: people, admin_group: people}", "must be another"),
        ]
    )
    func powerlessGroups(text: String, problem: String) throws {
        let found = problems("accounts: \(text)\n")
        #expect(found.count == 1 && found[0].contains(problem), "\(found)")
    }

    @Test("JupyterHub's API is an http or https URL; its last slash is dropped")
    func hubAddress() throws {
        func api(_ text: String) throws -> String? {
            try Configuration.parse("jupyterhub: {api: \"\(text)\"}\n", path: "f").jupyterhub.api
        }
        #expect(try api("http://127.0.0.1:8081/jupyter/hub/api/") == "http://127.0.0.1:8081/jupyter/hub/api")
        for bad in ["/hub/api", "unix:/run/x", "http://", "http://h/api?x=1", "http://h/api#x", "http://u@h/api"] {
            #expect(throws: ConfigurationError.self, "\(bad)") { try api(bad) }
        }
    }

    @Test("values are taken from the file")
    func valuesAreTaken() throws {
        let text = """
            user: bridge
            audit: {path: null}
            pam: {step_limit: 500ms, workers: 8}
            listen:
              proxy: {address: "[::1]:8470", secret_file: /etc/s}
              services: {socket: /run/x.sock, group: jupyterhub, mode: "0620"}
            public: {url: https://cloud.example.org:8443/}
            session: {idle: 30m, secure: false}
            authentication: {sources: [store], minimum_uid: 500}
            service_tokens: {}
            services: {grafana: {roles: [admin], url: https://g.example.org/x}}
            spawn: {environment: {LANG: C.UTF-8, N: 1}}
            """
        let configuration = try Configuration.parse(text, path: "f")
        #expect(configuration.user == "bridge")
        #expect(configuration.audit.path == nil)
        #expect(configuration.pam.stepLimit == .milliseconds(500))
        #expect(configuration.pam.workers == 8)
        #expect(configuration.listen.proxy == .address(host: "::1", port: 8470, secretFile: "/etc/s"))
        #expect(configuration.listen.services == .socket(path: "/run/x.sock", group: "jupyterhub", mode: 0o620))
        #expect(configuration.public.url == "https://cloud.example.org:8443")
        #expect(configuration.session.idle == .seconds(1800))
        #expect(configuration.session.cookieName == "diycloud")
        #expect(configuration.authentication.sources == [.store])
        #expect(configuration.authentication.minimumUID == 500)
        #expect(configuration.serviceTokens.isEmpty)
        let grafana = try #require(ServiceName("grafana"))
        #expect(
            configuration.services == [
                grafana: .init(roles: [.admin], url: "https://g.example.org/x", title: "grafana")
            ]
        )
        #expect(configuration.spawn.environment == ["LANG": "C.UTF-8", "N": "1"])
        #expect(Configuration().session.cookieName == "__Host-diycloud")
    }
}

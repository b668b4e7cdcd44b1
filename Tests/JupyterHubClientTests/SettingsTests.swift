import Foundation
import JupyterHubClient
import Testing

@Suite("What the client has to be told")
struct SettingsTests {
    private func file(_ text: String, mode: mode_t = 0o600) throws -> String {
        let path = NSTemporaryDirectory() + UUID().uuidString
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        chmod(path, mode)
        return path
    }

    private func problem(api: String = "http://127.0.0.1:1/hub/api", token: String) async -> String? {
        do throws(HubError) {
            await (try JupyterHubClient(.init(api: api, tokenFile: token))).shutdown()
            return nil
        } catch {
            guard case .notConfigured(let sentence) = error else { return "another error" }
            return sentence
        }
    }

    @Test("a token file is refused with its name and the way out when it is missing, short, odd or open to others")
    func tokenFiles() async throws {
        let good = String(repeating: "k", count: 64)
        for path in [
            "/nonexistent/token", "/etc", try file(""), try file("short"), try file(String(repeating: "é", count: 40)),
            try file("two \(good)"), try file(String(repeating: "k", count: 65)), try file(good, mode: 0o644),
            try file(good, mode: 0o620),
        ] {
            let sentence = await problem(token: path)
            #expect(sentence?.contains(path) == true && sentence?.contains("openssl rand -hex 32") == true)
            #expect(sentence?.contains(good) == false)
        }
        #expect(await problem(token: try file(" \(good)\n")) == nil)
    }

    @Test(
        "the address is http on this host, or https",
        arguments: [
            ("http://127.0.0.1:8081/jupyter/hub/api", true), ("http://127.8.9.10/hub/api/", true),
            ("http://localhost:8081/a", true),
            ("http://[::1]:8081/a", true), ("https://hub.example.org/hub/api", true),
            ("http://hub.example.org/hub/api", false),
            ("http://127.0.0.1.example.org/", false), ("http://10.0.0.1/", false), ("ftp://127.0.0.1/", false),
            ("", false),
            ("127.0.0.1:8081", false), ("http://user:pass@127.0.0.1/", false), ("http://127.0.0.1/?a=b", false),
            ("http://", false),
        ]
    )
    func addresses(api: String, good: Bool) async throws {
        let sentence = await problem(api: api, token: try file(String(repeating: "k", count: 32)))
        #expect((sentence == nil) == good)
        if !good { #expect(sentence?.contains("jupyterhub.api") == true) }
    }
}

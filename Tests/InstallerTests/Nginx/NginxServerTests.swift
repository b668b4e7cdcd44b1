import Foundation
import HostPrograms
import Testing
import WebCertificate

@testable import Installer

/// Asks the nginx of this host whether it takes our server, with the files that are shipped around it.
@Suite("Our server block")
struct NginxServerTests {
    private static let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func server(_ change: (inout NginxServer) -> Void = { _ in }) throws -> NginxServer {
        var server = NginxServer(
            names: ["cloud.example.org"],
            certificate: "/certificate",
            key: "/key",
            isTrusted: true,
            challenges: nil,
            isDefaultOn80: true,
            isDefaultOn443: true,
            listensOnIPv6: true,
            version: NginxVersion(1, 22, 1)
        )
        change(&server)
        return server
    }

    @Test("is as an administrator would write it")
    func expected() throws {
        let path = Self.source.appending(path: "Tests/InstallerTests/Expected/diycloud.conf").path
        #expect(try server().text == String(contentsOfFile: path, encoding: .utf8))
    }

    @Test("takes any name only where none was said, and then refuses nobody's handshake")
    func anyName() throws {
        let text = try server { $0.names = [] }.text
        #expect(text.contains("server_name _;") && text.contains("return 301 https://$host$request_uri;"))
        #expect(!text.contains("ssl_reject_handshake"))
        #expect(text.contains("listen 443 ssl http2 default_server;"))
    }

    @Test("does not ask for what another server has")
    func otherDefault() throws {
        let text = try server {
            $0.isDefaultOn80 = false
            $0.isDefaultOn443 = false
        }.text
        #expect(!text.contains("default_server") && !text.contains("ssl_reject_handshake"))
    }

    @Test("browsers are told to insist on https only with a certificate that they trust")
    func trust() throws {
        #expect(try server().text.contains("Strict-Transport-Security"))
        #expect(try !server { $0.isTrusted = false }.text.contains("Strict-Transport-Security"))
    }

    @Test("newer versions get their directive for HTTP/2")
    func http2() throws {
        let text = try server { $0.version = NginxVersion(1, 26, 0) }.text
        #expect(text.contains("    http2 on;") && !text.contains("ssl http2"))
    }

    @Test("is taken by the real nginx, with what is shipped around it", arguments: [true, false], [true, false])
    func real(isNamed: Bool, isLoopback: Bool) async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "diycloud-nginx-\(UUID())")
        defer { try? FileManager.default.removeItem(at: root) }
        let files = FileManager.default
        for part in ["snippets", "diycloud.d"] {
            try files.createDirectory(at: root.appending(path: part), withIntermediateDirectories: true)
        }
        let made = try WebCertificate.selfSigned(for: "cloud.example.org")
        let pem = root.appending(path: "server.pem").path
        // One file for both, as it is installed.
        try (made.certificate.pem + made.key).write(toFile: pem, atomically: true, encoding: .utf8)
        var text = try server {
            $0.names = isNamed ? $0.names : []
            $0.certificate = pem
            $0.key = pem
            $0.challenges = "/var/lib/diycloud-acme"
            // What this host's nginx is, it says itself.
            $0.listensOnIPv6 = false
        }.text
        text = text.replacing(NginxServer.locations, with: root.appending(path: "diycloud.d").path)
        text = text.replacing("listen 80", with: "listen 127.0.0.1:18080")
            .replacing("listen 443", with: "listen 127.0.0.1:18443")
        let shipped = Self.source.appending(path: "config/nginx")
        for name in try files.contentsOfDirectory(atPath: shipped.path) where name.hasPrefix("diycloud-bridge-") {
            let isLocation = ["portal", "jupyterhub", "portainer"].contains { name == "diycloud-bridge-\($0).conf" }
            let target = root.appending(path: isLocation ? "diycloud.d/\(name)" : "snippets/\(name)")
            try files.copyItem(at: shipped.appending(path: name), to: target)
        }
        let entrance = isLoopback ? ProxyEntrance.loopback : .socket(group: "www-data")
        let map = root.appending(path: "secret.conf").path
        try "map \"\" $bridge_proxy_secret { default \"x\"; }\n".write(toFile: map, atomically: true, encoding: .utf8)
        let http = try String(contentsOf: shipped.appending(path: "diycloud-bridge-http.conf"), encoding: .utf8)
        let level = entrance.applied(toHTTPLevel: http).replacing(ProxyEntrance.secretMap, with: map)
        let main = """
            pid \(root.path)/nginx.pid;
            error_log stderr;
            events {}
            http {
            access_log off;
            \(level)
            \(text)
            }
            """
        let configuration = root.appending(path: "nginx.conf").path
        try main.write(toFile: configuration, atomically: true, encoding: .utf8)
        let result = try await SystemPrograms().run("nginx", ["-t", "-p", root.path, "-c", configuration])
        #expect(result.status == 0, "\(result.errors)")
    }
}

import BridgeConfiguration
import Foundation
import Testing

@testable import Installer

/// The files as they are shipped.
enum Shipped {
    static func text(_ name: String) throws -> String {
        let tree = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        return try String(contentsOf: tree.appending(path: "config/\(name)").standardizedFileURL, encoding: .utf8)
    }
}

@Suite("How nginx reaches the bridge")
struct ProxyEntranceTests {
    private func set(_ entrance: ProxyEntrance, in text: inout SettingsText) {
        for (key, value) in entrance.settings {
            let isSet = text.set(key, to: value)
            #expect(isSet, "\(key)")
        }
    }

    private func listener(_ text: SettingsText) throws -> Listener {
        let path = FileManager.default.temporaryDirectory.appending(path: "diycloud-\(UUID()).yaml").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try text.text.write(toFile: path, atomically: true, encoding: .utf8)
        return try Configuration.load(path: path).listen.proxy
    }

    @Test("the shipped configuration with a socket for nginx of this distribution is right")
    func socket() throws {
        var text = SettingsText(try Shipped.text("bridge.yaml"))
        set(.socket(group: "nginx"), in: &text)
        #expect(try listener(text) == .socket(path: "/run/diycloud-bridge/proxy.sock", group: "nginx", mode: 0o660))
    }

    @Test("the shipped configuration with an address is right: nothing of a socket is left in it")
    func loopback() throws {
        var text = SettingsText(try Shipped.text("bridge.yaml"))
        set(.loopback, in: &text)
        let address = Listener.address(host: "127.0.0.1", port: 8472, secretFile: ProxyEntrance.secretFile)
        #expect(try listener(text) == address)
    }

    @Test("a host that stops enforcing SELinux gets its socket back")
    func thereAndBack() throws {
        let shipped = SettingsText(try Shipped.text("bridge.yaml"))
        var text = shipped
        set(.loopback, in: &text)
        set(.socket(group: "www-data"), in: &text)
        #expect(text == shipped)
    }

    @Test("the drop-in for an address needs no group of nginx, which may not be there")
    func dropIn() {
        let lines = ProxyEntrance.loopback.dropInText.split(separator: "\n")
        #expect(lines.suffix(4) == ["[Socket]", "ListenStream=", "ListenStream=127.0.0.1:8472", "SocketGroup="])
    }

    @Test("nginx's shipped file asks at the address, with the secret, and nowhere else")
    func nginx() throws {
        let shipped = try Shipped.text("nginx/diycloud-bridge-http.conf")
        #expect(ProxyEntrance.socket(group: "www-data").applied(toHTTPLevel: shipped) == shipped)
        let lines = ProxyEntrance.loopback.applied(toHTTPLevel: shipped).split(separator: "\n")
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.hasPrefix("#") }
        #expect(lines.count { $0 == "server 127.0.0.1:8472;" } == 2)
        #expect(lines.count { $0 == "include \(ProxyEntrance.secretMap);" } == 1)
        #expect(!lines.contains { $0.contains("proxy.sock") || $0.contains("$bridge_proxy_secret") })
        #expect(lines.count { $0.hasSuffix("{") } == lines.count { $0 == "}" })
    }
}

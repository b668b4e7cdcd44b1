import BridgeConfiguration
import Foundation
import Testing

@Suite("check-config against this host")
struct HostCheckTests {
    @Test("what is missing is told by key, with the way out")
    func missing() {
        var configuration = Configuration()
        configuration.user = "no-such-user-x"
        configuration.store.path = "/nonexistent/users.db"
        configuration.database.path = "/nonexistent/bridge.db"
        configuration.audit.path = "-"
        configuration.pam.confdir = "/nonexistent/pam.d"
        configuration.pam.workerSocket = "/nonexistent/pam.sock"
        configuration.listen.proxy = .socket(path: "/run/x.sock", group: "no-such-group-x", mode: 0o660)
        configuration.listen.services = .address(host: "0.0.0.0", port: 1, secretFile: nil)
        configuration.accounts.home = "/nonexistent/home"
        configuration.accounts.shell = "/nonexistent/shell"
        configuration.jupyterhub.api = "http://127.0.0.1:8081/hub/api"
        configuration.jupyterhub.tokenFile = "/nonexistent/token"
        let remarks = HostCheck(configuration).remarks()
        #expect(
            remarks.map { "\($0.severity.rawValue) \($0.key)" } == [
                "error user", "error store.path", "error database.path", "error pam.confdir",
                "warning pam.worker_socket",
                "error listen.proxy.group", "warning listen.services.address", "error service_tokens.jupyterhub",
                "warning accounts.home", "warning accounts.shell", "warning jupyterhub.token_file",
            ]
        )
    }

    @Test("a host that has everything gives no remark")
    func complete() throws {
        let directory = NSTemporaryDirectory() + "host-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for name in ["users.db", "diycloud-bridge", "token"] {
            let made = FileManager.default.createFile(
                atPath: "\(directory)/\(name)",
                contents: Data(String(repeating: "x", count: 40).utf8),
                attributes: [.posixPermissions: 0o600]
            )
            try #require(made)
        }
        var configuration = Configuration()
        configuration.user = "root"
        configuration.store.path = "\(directory)/users.db"
        configuration.database.path = "\(directory)/bridge.db"
        configuration.audit.path = nil
        configuration.pam.confdir = directory
        configuration.pam.workerSocket = "\(directory)/pam.sock"
        configuration.listen.proxy = .socket(path: "\(directory)/proxy.sock", group: "root", mode: 0o660)
        configuration.listen.services = .socket(path: "\(directory)/services.sock", group: nil, mode: 0o600)
        configuration.serviceTokens = configuration.serviceTokens.mapValues { _ in "\(directory)/token" }
        #expect(HostCheck(configuration).remarks() == [])
    }
}

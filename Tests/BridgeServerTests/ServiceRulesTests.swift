import Identity
import Testing

@testable import BridgeServer

@Suite("Which roles may use which service")
struct ServiceRulesTests {
    private let rules: ServiceRules

    init() throws {
        let hub = try #require(ServiceName("jupyterhub"))
        let containers = try #require(ServiceName("portainer"))
        rules = ServiceRules([hub: [.user, .admin], containers: [.admin]])
    }

    private func index(_ name: String) -> Int? { Array(name.utf8).withUnsafeBytes { rules.index(of: $0) } }

    @Test("a service is known by its exact name")
    func names() {
        #expect(index("jupyterhub") == 0)
        #expect(index("portainer") == 1)
        for name in ["", "jupyterhu", "jupyterhubx", "JupyterHub", "jupyterhub\0", " portainer", "portainer/"] {
            #expect(index(name) == nil)
        }
    }

    @Test("nothing is open that no rule opens")
    func roles() throws {
        let hub = try #require(ServiceName("jupyterhub"))
        let containers = try #require(ServiceName("portainer"))
        let other = try #require(ServiceName("other"))
        #expect(rules.allows(.user, service: hub))
        #expect(!rules.allows(.user, service: containers))
        #expect(rules.allows(.admin, service: containers))
        #expect(!rules.allows(.admin, service: other))
        #expect(!ServiceRules([:]).allows(.admin, service: hub))
    }
}

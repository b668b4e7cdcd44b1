import BridgeConfiguration
import Testing

@Suite("docker and portainer in bridge.yaml")
struct DockerKeysTests {
    @Test(
        "a range of addresses is its first address and a prefix, and nothing else",
        arguments: [
            ("10.213.0.0/16", true), ("172.30.0.0/24", true), ("10.0.0.0/8", true), ("10.213.0.1/16", false),
            ("10.213.0.0", false), ("10.213.0/16", false), ("010.213.0.0/16", false), ("10.213.0.0/016", false),
            ("10.213.0.256/16", false), ("10.213.0.0/7", false), ("10.213.0.0/29", false), ("::/16", false),
            ("", false),
            ("10.213.0.0/16/", false), ("+1.2.3.0/24", false),
        ]
    )
    func range(text: String, isOne: Bool) {
        let range = IPv4Range(text)
        #expect((range != nil) == isOne)
        if let range { #expect(range.description == text) }
    }

    @Test(
        "what cannot work together is said where it stands",
        arguments: [
            ("docker: {engine: /run/x.sock, socket: /run/x.sock}", "docker.socket"),
            ("docker: {address_pool: 10.0.0.0/24, subnet_prefix: 24}", "docker.subnet_prefix"),
            ("docker: {address_pool: 10.0.0.0/26}", "docker.address_pool"),
            ("portainer: {url: 'http://127.0.0.1:9000'}\ndocker: {address: '127.0.0.1:2376'}", "portainer.listen"),
            ("portainer: {url: 'http://127.0.0.1:9000', listen: '127.0.0.1:8474'}", "docker.address"),
            ("portainer: {environment_url: 'http://127.0.0.1:2376'}", "tcp://host:port"),
            ("docker: {host_ports: [0]}", "docker.host_ports"),
            ("docker: {published_addresses: []}", "docker.published_addresses"),
            ("docker: {server_names: ['a b']}", "docker.server_names"),
        ]
    )
    func conflict(yaml: String, says: String) {
        let error = #expect(throws: ConfigurationError.self) { try Configuration.parse(yaml, path: "bridge.yaml") }
        #expect(error.map { "\($0)".contains(says) } == true)
    }

    @Test("what Portainer needs is read")
    func whole() throws {
        let yaml = """
            docker: {address: "172.30.0.1:2376", server_names: [guard.internal, "fd00::1"], host_ports: []}
            portainer: {url: "http://127.0.0.1:9000/", listen: "172.30.0.1:8474", environment_url: "tcp://guard.internal:2376"}
            """
        let configuration = try Configuration.parse(yaml, path: "bridge.yaml")
        #expect(configuration.docker.address == ListenAddress(host: "172.30.0.1", port: 2376))
        #expect(configuration.docker.serverNames == ["guard.internal", "fd00::1"])
        #expect(configuration.portainer.url == "http://127.0.0.1:9000")
        #expect(configuration.portainer.environmentURL == "tcp://guard.internal:2376")
    }
}

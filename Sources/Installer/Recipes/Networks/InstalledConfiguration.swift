import BridgeConfiguration

/// What of `bridge.yaml` matters to containers.
struct InstalledConfiguration: Sendable {
    static let path = "/etc/diycloud-bridge/bridge.yaml"

    let docker: Configuration.Docker
    let portainer: Configuration.Portainer

    /// - Returns: nil when it is not there yet, or not right; then another step says so.
    static func read(on host: Host) -> InstalledConfiguration? {
        guard let configuration = try? Configuration.load(path: host.files.real(path)) else { return nil }
        return InstalledConfiguration(docker: configuration.docker, portainer: configuration.portainer)
    }

    /// The /24 around `docker.address`, where that is no loopback address.
    var portainerRange: IPv4Range? {
        guard let address = docker.address, !address.host.hasPrefix("127.") else { return nil }
        let octets = address.host.split(separator: ".")
        guard octets.count == 4 else { return nil }
        return IPv4Range(octets.dropLast().joined(separator: ".") + ".0/24")
    }
}

import BridgeConfiguration
import BridgeServer
import Glibc
import Privileges

/// Finds what `serve` needs to take connections: what its starter left open for it, or else what it may open itself.
struct ServeEntrances {
    let configuration: Configuration
    let inherited: [NamedDescriptor]

    func open() throws -> Entrances {
        var tokens: [String: String] = [:]
        var proxySecret: String?
        var portainerSecret: String?
        for secret in ServeSecret.all(configuration) {
            let text = try read(secret)
            switch secret.owner {
            case .service(let name): tokens[name] = text
            case .proxy: proxySecret = text
            case .portainer: portainerSecret = text
            }
        }
        return Entrances(
            proxy: socket("proxy", configuration.listen.proxy),
            services: socket("services", configuration.listen.services),
            proxyPeers: try peers(),
            proxySecret: proxySecret,
            serviceTokens: tokens,
            portainerSecret: portainerSecret
        )
    }

    private func read(_ secret: ServeSecret) throws -> String {
        guard let descriptor = inherited.first(where: { $0.name == secret.descriptorName }) else {
            return try SecretFile.load(path: secret.path, serviceUser: getuid(), serviceGroup: getgid()).secret
        }
        defer { close(descriptor.descriptor) }
        return try SecretFile.read(descriptor: descriptor.descriptor, path: secret.path).secret
    }

    private func socket(_ name: String, _ listener: Listener) -> ListenSocket {
        if let descriptor = inherited.first(where: { $0.name == name })?.descriptor {
            return .inherited(descriptor: descriptor, isUnix: ListeningSocket.isUnix(descriptor))
        }
        switch listener {
        case .socket(let path, _, let mode): return .unix(path: path, mode: mode)
        case .address(let host, let port, _): return .tcp(host: host, port: Int(port))
        }
    }

    /// Root, this service itself, and the users of the socket's group.
    private func peers() throws -> PeerRule? {
        guard case .socket(_, let group?, _) = configuration.listen.proxy else { return nil }
        let proxy = try ServiceGroup(named: group)
        return PeerRule(uids: proxy.members.union([0, getuid()]), gids: [proxy.gid])
    }
}

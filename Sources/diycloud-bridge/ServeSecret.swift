import BridgeConfiguration
import Glibc
import Privileges

/// A secret file of the configuration, and the name of its descriptor in the service.
struct ServeSecret {
    /// Who shows it.
    enum Owner: Equatable {
        case service(String)
        case proxy
        /// Portainer's server, as a client of OAuth.
        case portainer
    }

    let owner: Owner
    let path: String

    var descriptorName: String {
        switch owner {
        case .service(let name): "token-\(name)"
        case .proxy: "proxy-secret"
        case .portainer: "portainer-secret"
        }
    }

    static func all(_ configuration: Configuration) -> [ServeSecret] {
        var secrets = configuration.serviceTokens.sorted { $0.key < $1.key }.map {
            ServeSecret(owner: .service($0.key.rawValue), path: $0.value)
        }
        if case .address(_, _, let file?) = configuration.listen.proxy {
            secrets.append(ServeSecret(owner: .proxy, path: file))
        }
        if configuration.portainer.url != nil {
            secrets.append(ServeSecret(owner: .portainer, path: configuration.portainer.clientSecretFile))
        }
        return secrets
    }

    func open() throws -> Int32 {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            throw SecretFileError.unreadable(path: path, reason: String(cString: strerror(errno)))
        }
        return descriptor
    }
}

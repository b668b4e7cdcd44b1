import BridgeConfiguration
import Glibc
import Privileges

/// A secret file of the configuration, and the name of its descriptor in the service.
struct ServeSecret {
    /// Whose it is: a service, or `nil` for the reverse proxy.
    let service: String?
    let path: String

    var descriptorName: String { service.map { "token-\($0)" } ?? "proxy-secret" }

    static func all(_ configuration: Configuration) -> [ServeSecret] {
        var secrets = configuration.serviceTokens.sorted { $0.key < $1.key }.map {
            ServeSecret(service: $0.key.rawValue, path: $0.value)
        }
        if case .address(_, _, let file?) = configuration.listen.proxy {
            secrets.append(ServeSecret(service: nil, path: file))
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

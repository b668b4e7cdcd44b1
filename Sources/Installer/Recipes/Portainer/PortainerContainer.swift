import Crypto
import Foundation
import HostPrograms

/// The container that Portainer runs in, as it should be.
///
/// It gets no socket of Docker: it reaches the guard over its own network, with a certificate for each person.
struct PortainerContainer: Sendable, Equatable {
    static let name = "portainer"
    static let volume = "portainer_data"
    /// Says that it is ours; and of which arguments it was made.
    static let partLabel = "org.diycloud.part"
    static let argumentsLabel = "org.diycloud.arguments"

    /// The id of its image: no tag can bring another one in.
    var image: String
    /// On 127.0.0.1.
    var port: UInt16
    var passwordFile: String

    /// What of the container the engine tells.
    struct Facts: Decodable, Equatable {
        struct State: Decodable, Equatable {
            let running: Bool

            private enum CodingKeys: String, CodingKey { case running = "Running" }
        }
        struct Config: Decodable, Equatable {
            let labels: [String: String]?

            private enum CodingKeys: String, CodingKey { case labels = "Labels" }
        }
        let id: String
        let image: String
        let state: State
        let config: Config

        private enum CodingKeys: String, CodingKey {
            case id = "Id", image = "Image", state = "State", config = "Config"
        }

        var isOurs: Bool { config.labels?[PortainerContainer.partLabel] == "portainer" }
        var arguments: String? { config.labels?[PortainerContainer.argumentsLabel] }
    }

    /// For `docker run`. Nothing secret is in them.
    var arguments: [String] {
        let own = ownArguments
        let labels = [
            "--label", "\(Self.partLabel)=portainer", "--label", "\(Self.argumentsLabel)=\(Self.digest(own))",
        ]
        return ["run", "--detach"] + labels + own
    }

    /// Whether a container was made with these arguments and of this image.
    func isSame(as facts: Facts) -> Bool { facts.isOurs && facts.arguments == Self.digest(ownArguments) }

    private var ownArguments: [String] {
        [
            "--name", Self.name, "--restart", "unless-stopped",
            // Its data was made by root of the host; in the engine's map it would be somebody else's.
            "--userns", "host", "--network", PortainerNetwork.name,
            // Docker publishes past ufw and firewalld: on loopback only.
            "--publish", "127.0.0.1:\(port):9000", "--volume", "\(Self.volume):/data",
            "--volume", "\(passwordFile):/run/secrets/admin:ro", image, "--admin-password-file", "/run/secrets/admin",
        ]
    }

    private static func digest(_ arguments: [String]) -> String {
        let text = arguments.joined(separator: "\0")
        return SHA256.hash(data: Data(text.utf8)).prefix(12).map { String(format: "%02x", $0) }.joined()
    }
}

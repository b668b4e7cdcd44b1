import BridgeConfiguration
import DockerGuard
import Foundation
import Logging
import Privileges

/// What `docker-guard` does before it takes connections: finds or opens its sockets, and gives root up.
struct DockerGuardStart {
    private let docker: BridgeConfiguration.Configuration.Docker
    /// `user`: in its group are those who may read the configuration and the user store.
    private let serviceUser: String

    init(_ configuration: BridgeConfiguration.Configuration) {
        docker = configuration.docker
        serviceUser = configuration.user
    }

    /// The guard cannot stand where the engine listens, by whatever name: it would take the engine's socket away, or ask itself.
    /// - Throws: ``DockerGuardStartError``.
    func refuseOwnSocket() throws(DockerGuardStartError) {
        let own = Self.place(docker.socket)
        let engine = Self.place(docker.engine)
        var ownStatus = stat()
        var engineStatus = stat()
        let isSameFile =
            stat(docker.socket, &ownStatus) == 0 && stat(docker.engine, &engineStatus) == 0
            && ownStatus.st_dev == engineStatus.st_dev && ownStatus.st_ino == engineStatus.st_ino
        guard own != engine, !isSameFile else { throw .ownSocketIsEngine(docker.socket) }
    }

    /// A path whose directory is free of links; its last name need not exist.
    private static func place(_ path: String) -> String {
        let url = URL(fileURLWithPath: path)
        return url.deletingLastPathComponent().resolvingSymlinksInPath().appendingPathComponent(url.lastPathComponent)
            .path
    }

    /// As root: opens the sockets, and goes on as `docker.user` in a child that has nothing else of root's. Does not come back.
    func becomeUser(configuration file: String, logger: Logger) throws -> Never {
        let user = try ServiceUser(named: docker.user)
        var listening = [
            try NamedDescriptor(
                name: "docker",
                descriptor: ListeningSocket.unix(path: docker.socket, gid: 0, mode: 0o666)
            )
        ]
        if let address = docker.address {
            listening.append(
                try NamedDescriptor(
                    name: "docker-tls",
                    descriptor: ListeningSocket.tcp(host: address.host, port: address.port)
                )
            )
        }
        makeState(for: user)
        try RootParent.run(
            RootParent.Plan(
                user: try ServiceUser(
                    named: docker.user,
                    supplementaryGroups: [engineGroup(), ServiceUser(named: serviceUser).gid]
                ),
                listening: listening,
                secrets: [],
                workers: [],
                arguments: ["docker-guard", "--config", URL(fileURLWithPath: file).path]
            ),
            logger: logger
        )
    }

    /// The group that may open the engine's socket: `docker` where dockerd made it.
    /// - Throws: ``DockerGuardStartError`` when that is root's, or there is no such group.
    private func engineGroup() throws -> UInt32 {
        var status = stat()
        guard stat(docker.engine, &status) == 0 else { return try ServiceGroup(named: "docker").gid }
        guard status.st_gid != 0, status.st_mode & 0o060 == 0o060 else {
            throw DockerGuardStartError.engineIsRootsAlone(docker.engine)
        }
        return status.st_gid
    }

    /// Under systemd StateDirectory= makes it.
    private func makeState(for user: ServiceUser) {
        guard mkdir(docker.state, 0o700) == 0 else { return }
        lchown(docker.state, user.uid, user.gid)
    }

    /// The sockets that the starter left open, or those that this process may open itself.
    func entrances(_ inherited: [NamedDescriptor]) throws -> [GuardEntrance] {
        var entrances: [GuardEntrance] = []
        if let socket = inherited.first(where: { $0.name == "docker" }) {
            entrances.append(.inheritedUnix(descriptor: socket.descriptor))
        } else {
            entrances.append(.unix(path: docker.socket))
        }
        if let socket = inherited.first(where: { $0.name == "docker-tls" }) {
            entrances.append(.inheritedTLS(descriptor: socket.descriptor))
        } else if let address = docker.address {
            entrances.append(.tls(host: address.host, port: Int(address.port)))
        }
        return entrances
    }
}

/// Why `docker-guard` does not start; each says the way out.
enum DockerGuardStartError: Error, Equatable, CustomStringConvertible {
    case ownSocketIsEngine(String)
    case engineIsRootsAlone(String)

    var description: String {
        switch self {
        case .ownSocketIsEngine(let path):
            "docker.socket (\(path)) is the engine's own socket; set docker.engine to where dockerd listens, and docker.socket elsewhere"
        case .engineIsRootsAlone(let path):
            "only root may open the engine's socket \(path); let dockerd make it for a group (dockerd --group docker)"
        }
    }
}

import BridgeConfiguration
import Foundation
import Identity
import Logging
import Privileges

/// What `serve` does when it is started as root: opens what only root can, and becomes the process that starts workers.
struct RootStart {
    let configuration: Configuration
    let file: String

    /// - Throws: what keeps the service from starting. It does not come back otherwise.
    func run(logger: Logger) throws -> Never {
        let user = try ServiceUser(named: configuration.user)
        let secrets = try ServeSecret.all(configuration).map { secret in
            // Judged here, where root can still say what is wrong with the file; read by the child from its descriptor.
            _ = try SecretFile.load(path: secret.path, serviceUser: user.uid, serviceGroup: user.gid)
            return try NamedDescriptor(name: secret.descriptorName, descriptor: secret.open())
        }
        try ServiceDirectories(configuration).make()
        let file = URL(fileURLWithPath: file).path
        let pam = configuration.pam
        try RootParent.run(
            RootParent.Plan(
                user: user,
                listening: [
                    NamedDescriptor(name: "proxy", descriptor: open(configuration.listen.proxy, user)),
                    NamedDescriptor(name: "services", descriptor: open(configuration.listen.services, user)),
                ],
                secrets: secrets,
                workers: [
                    WorkerPlan(
                        name: "PAM worker",
                        socketPath: pam.workerSocket,
                        arguments: ["pam-worker", "--config", file],
                        timeLimit: pam.conversationLimit + pam.stepLimit + .seconds(5),
                        maximum: 96
                    ),
                    WorkerPlan(
                        name: "quota worker",
                        socketPath: configuration.disk.workerSocket,
                        arguments: ["quota-worker", "--config", file],
                        timeLimit: nil,
                        maximum: 4
                    ),
                    WorkerPlan(
                        name: "store worker",
                        socketPath: configuration.store.workerSocket,
                        arguments: ["store-worker", "--config", file],
                        timeLimit: .seconds(120),
                        maximum: 4
                    ),
                ],
                arguments: ["serve", "--config", file]
            ),
            logger: logger
        )
    }

    private func open(_ listener: Listener, _ user: ServiceUser) throws -> Int32 {
        switch listener {
        case .address(let host, let port, _):
            return try ListeningSocket.tcp(host: host, port: port)
        case .socket(let path, let group, let mode):
            let gid = try group.map { try ServiceGroup(named: $0).gid } ?? user.gid
            return try ListeningSocket.unix(path: path, gid: gid, mode: mode)
        }
    }
}

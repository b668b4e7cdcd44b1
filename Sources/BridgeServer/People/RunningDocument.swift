import HTTPTypes
import Identity
import Slices
import UserStore

/// What runs of one person, as far as the kernel's cgroup tree tells: the bridge holds no token of JupyterHub's and no Docker socket.
struct RunningDocument: Encodable {
    struct Server: Encodable {
        /// The name that its owner gave it; empty for the one without a name.
        let name: String
        let url: String
        /// The cgroup tree does not say.
        @ExplicitNull var started: Int64?
        /// It has processes. Whether it answers already, only JupyterHub knows.
        let ready: Bool
        @ExplicitNull var memoryBytes: Int64?
    }
    struct Container: Encodable {
        /// The beginning of the container's id, as `docker ps` shows it.
        let name: String
        /// Only the engine knows.
        @ExplicitNull var image: String?
        let state: String
        @ExplicitNull var memoryBytes: Int64?
    }
    struct Other: Encodable {
        /// `session` of somebody who logged in, or `other`.
        let kind: String
        let name: String
        @ExplicitNull var memoryBytes: Int64?
    }
    let servers: [Server]
    let containers: [Container]
    let others: [Other]

    /// - Parameter hub: where JupyterHub is for browsers, such as `/jupyter/`.
    init(_ occupants: [SliceOccupant], of user: UserName, hub: String) {
        var servers: [Server] = []
        var containers: [Container] = []
        var others: [Other] = []
        let base = (hub.hasSuffix("/") ? hub : hub + "/") + "user/\(user)/"
        for occupant in occupants {
            let memory = occupant.memoryBytes
            switch occupant.kind {
            case .server(let name):
                var url = base
                if !name.isEmpty {
                    url.appendPercentEncoded(name.utf8)
                    url += "/"
                }
                servers.append(Server(name: name, url: url, started: nil, ready: true, memoryBytes: memory))
            case .container(let id):
                let name = String(id.prefix(12))
                containers.append(Container(name: name, image: nil, state: "running", memoryBytes: memory))
            case .session(let number):
                others.append(Other(kind: "session", name: number, memoryBytes: memory))
            case .other(let name):
                others.append(Other(kind: "other", name: name, memoryBytes: memory))
            }
        }
        self.servers = servers
        self.containers = containers
        self.others = others
    }
}

extension BridgeParts {
    /// What runs of a person now.
    func running(of record: UserRecord) async -> RunningDocument {
        let hub = ServiceName("jupyterhub").flatMap { configuration.services[$0]?.url } ?? "/jupyter/"
        return RunningDocument(await usage.occupants(of: record.name), of: record.name, hub: hub)
    }
}

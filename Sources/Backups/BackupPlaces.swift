/// Where on a host the things are that a backup holds. Paths are as the host knows them; ``root`` stands before each.
public struct BackupPlaces: Sendable, Equatable {
    /// The container and the volume that Portainer's data is in.
    public struct Portainer: Sendable, Equatable {
        public var container: String
        public var volume: String

        public init(container: String = "portainer", volume: String = "portainer_data") {
            self.container = container
            self.volume = volume
        }
    }

    /// Stands before every path: empty for this host, a directory for a test or a mounted disk.
    public var root: String
    /// The platform's SQLite file (`store.path` of bridge.yaml).
    public var userStore: String
    /// Our own SQLite file.
    public var bridgeDatabase: String
    /// A directory that is saved as a whole, secrets and all.
    public var configuration: String
    /// Files below whose own name begins with `diycloud` are saved.
    public var nginx: String
    /// Directories `diycloud-*.d` in it are saved: what the administrator changed of our units (systemd.unit(5)).
    public var unitSettings: String
    /// PAM's service file.
    public var pamService: String
    /// JupyterHub's state directory; its database is a file in it.
    public var hubState: String
    public var hubDatabase: String
    /// The installer's own: what it changed on this host.
    public var installation: String
    /// nil: not looked for.
    public var portainer: Portainer?
    /// Stopped around a restore when they run, in this order, and started again in the reverse one.
    public var units: [String]

    public init(root: String = "") {
        self.root = root
        userStore = "/opt/diycloud/usermgmt/db/users.db"
        bridgeDatabase = "/var/lib/diycloud-bridge/bridge.db"
        configuration = "/etc/diycloud-bridge"
        nginx = "/etc/nginx"
        unitSettings = "/etc/systemd/system"
        pamService = "/etc/pam.d/diycloud-bridge"
        hubState = "/var/lib/diycloud-jupyterhub"
        hubDatabase = "jupyterhub.sqlite"
        installation = "/var/lib/diycloud-installation"
        portainer = Portainer()
        units = [
            "diycloud-usermgmt-api.service", "diycloud-bridge-sync.service", "diycloud-jupyterhub.service",
            "diycloud-bridge-docker.socket",
            "diycloud-bridge-docker.service", "diycloud-bridge-pam.socket", "diycloud-bridge-quota.socket",
            "diycloud-bridge-store.socket",
            "diycloud-bridge-proxy.socket", "diycloud-bridge-services.socket", "diycloud-bridge.service",
        ]
    }

    /// The path as this process opens it.
    func real(_ path: String) -> String { root + path }
}

extension Configuration {
    /// `docker.*`: the guard in front of the Docker engine.
    public struct Docker: Sendable, Equatable {
        /// What happens to the containers of a person who is switched off.
        public enum WhenDisabled: String, Sendable, CaseIterable { case stop, pause, leave }

        /// What the store's administrators may do.
        public enum Administrators: String, Sendable, CaseIterable {
            /// Everything that the engine can do, which is as much as root of this host.
            case unrestricted
            /// See, stop and remove everything; what they start follows everybody's rules.
            case restricted
        }

        /// `docker.engine`: the engine's own socket, absolute. Default `/var/run/docker.sock`.
        public var engine = "/var/run/docker.sock"
        /// `docker.user`: the account that `docker-guard` runs as; it is in the group that owns ``engine``. Default
        /// `diycloud-docker`.
        public var user = "diycloud-docker"
        /// `docker.socket`: where people's programs reach the guard (`DOCKER_HOST`), absolute. Everybody may connect; who it is
        /// says the kernel. Default `/run/diycloud-bridge/docker.sock`.
        public var socket = "/run/diycloud-bridge/docker.sock"
        /// `docker.address`: where Portainer reaches the guard, over TLS with a certificate for each person; `nil`, the default:
        /// nowhere.
        public var address: ListenAddress?
        /// `docker.certificates`: the directory of the certificate authority, absolute. Default `/etc/diycloud-bridge/docker`.
        public var certificates = "/etc/diycloud-bridge/docker"
        /// `docker.certificate_lifetime`: how long a certificate is good, 1 d to 825 d; a new one is made when a third is left.
        /// Default 90 d.
        public var certificateLifetime: Duration = .seconds(90 * 86_400)
        /// `docker.server_names`: names and addresses by which Portainer knows the guard, beside that of ``address``. Default none.
        public var serverNames: [String] = []
        /// `docker.when_disabled`. Default `stop`.
        public var whenDisabled = WhenDisabled.stop
        /// `docker.administrators`. Default `unrestricted`.
        public var administrators = Administrators.unrestricted
        /// `docker.published_addresses`: addresses of this host on which containers may publish ports; the first one is used
        /// when none is named. Default `127.0.0.1`.
        public var publishedAddresses = ["127.0.0.1"]
        /// `docker.lowest_port`: the lowest port of this host that may be published, 1 to 65535. Default 1024.
        public var lowestPort = 1024
        /// `docker.address_pool`: where the networks of people get their addresses. Default `10.213.0.0/16`.
        public var addressPool = IPv4Range(octets: (10, 213, 0, 0), prefix: 16)
        /// `docker.subnet_prefix`: the size of one such network, 20 to 29 and longer than the pool's. Default 26: 60 containers.
        public var subnetPrefix = 26
        /// `docker.networks_per_user`: networks that one person may have beside the first, 0 to 1000. Default 8.
        public var networksPerUser = 8
        /// `docker.host_ports`: TCP ports of this host that containers may reach; DNS they always may. Default none.
        public var hostPorts: [UInt16] = []
        /// `docker.home_binds`: whether a person's own home may be mounted into their containers. Default no: such a container has to
        /// run as the person of the host, whom the map of ``userNamespace`` would make nobody.
        public var homeBinds = false
        /// Whether root in a container must be nobody on the host.
        public enum UserNamespace: String, Sendable, CaseIterable {
            /// People get no containers until the engine's `userns-remap` is set.
            case required
            /// They do, and whoever has a shell beside them can become root.
            case optional
        }
        /// `docker.user_namespace`. Default `required`.
        public var userNamespace = UserNamespace.required
        /// `docker.state`: the directory in which the guard notes who pulled an image, absolute. Default `/var/lib/diycloud-docker`.
        public var state = "/var/lib/diycloud-docker"
    }

    /// `portainer.*`: Portainer, and how it reaches the bridge.
    public struct Portainer: Sendable, Equatable {
        /// `portainer.url`: where nginx, the bridge and `sync-users` reach Portainer, without the last slash; `nil`, the default:
        /// there is none.
        public var url: String?
        /// `portainer.listen`: where Portainer's server reaches the bridge (sign-in, templates); `nil`, the default: nowhere.
        public var listen: ListenAddress?
        /// `portainer.bridge_url`: ``listen`` as Portainer's server sees it; `nil`, the default: `http://` and ``listen``.
        public var bridgeURL: String?
        /// `portainer.environment_url`: ``Docker/address`` as Portainer's server sees it, `tcp://host:port`; `nil`, the default:
        /// `tcp://` and that address.
        public var environmentURL: String?
        /// `portainer.admin_password_file`: the password that Portainer was started with (`--admin-password-file`), absolute.
        /// Default `/etc/diycloud-bridge/portainer-admin.password`.
        public var adminPasswordFile = "/etc/diycloud-bridge/portainer-admin.password"
        /// `portainer.api_key_file`: where `sync-users` keeps the key that it made for itself, absolute. Default
        /// `/etc/diycloud-bridge/portainer/api.key`.
        public var apiKeyFile = "/etc/diycloud-bridge/portainer/api.key"
        /// `portainer.client_secret_file`: the secret between Portainer and the bridge, absolute. Default
        /// `/etc/diycloud-bridge/portainer-oauth.secret`.
        public var clientSecretFile = "/etc/diycloud-bridge/portainer-oauth.secret"
        /// `portainer.templates`: the directory of app templates, absolute. Default
        /// `/usr/share/diycloud-bridge/portainer/templates`.
        public var templates = "/usr/share/diycloud-bridge/portainer/templates"
        /// `portainer.public_host`: the host name in Portainer's links to published ports; `nil`, the default: none.
        public var publicHost: String?
        /// `portainer.session`: how long a token of Portainer is good, 10 min to 7 d. Default 8 h.
        public var session: Duration = .seconds(8 * 3600)
        /// `portainer.snapshot_interval`: how often Portainer looks at each environment, 1 min to 1 d. Default 15 min.
        public var snapshotInterval: Duration = .seconds(15 * 60)
    }
}

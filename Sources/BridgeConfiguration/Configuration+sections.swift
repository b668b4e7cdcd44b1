public import Identity

extension Configuration {
    /// `store.*`: the platform's user store, which the bridge only reads unless an administrator says otherwise.
    public struct Store: Sendable, Equatable {
        /// `store.path`: the SQLite file, absolute. Default `/opt/diycloud/usermgmt/db/users.db`.
        public var path = "/opt/diycloud/usermgmt/db/users.db"
        /// `store.worker_socket`: the socket on which `store-worker` is reached, absolute.
        /// Default `/run/diycloud-bridge/store.sock`.
        public var workerSocket = "/run/diycloud-bridge/store.sock"
    }

    /// `database.*`: the bridge's own database.
    public struct Database: Sendable, Equatable {
        /// `database.path`: the SQLite file, absolute; made when missing. Default `/var/lib/diycloud-bridge/bridge.db`.
        public var path = "/var/lib/diycloud-bridge/bridge.db"
    }

    /// `audit.*`: the audit log, JSON lines.
    public struct Audit: Sendable, Equatable {
        /// `audit.path`: the file, absolute; `-` writes to standard output; `nil` (`null` in the file) writes nothing.
        /// Default `/var/log/diycloud-bridge/audit.log`.
        public var path: String? = "/var/log/diycloud-bridge/audit.log"
    }

    /// `pam.*`: conversations with libpam, each in a process of its own.
    public struct PAM: Sendable, Equatable {
        /// `pam.service`: the name of the PAM service file. Default `diycloud-bridge`.
        public var service = "diycloud-bridge"
        /// `pam.confdir`: a private directory of PAM service files instead of `/etc/pam.d`, absolute
        /// (pam_start_confdir(3)). Default `nil`.
        public var confdir: String?
        /// `pam.worker_socket`: the socket on which `pam-worker` is reached, absolute.
        /// Default `/run/diycloud-bridge/pam.sock`.
        public var workerSocket = "/run/diycloud-bridge/pam.sock"
        /// `pam.workers`: conversations at the same time, 1 to 64. Default 2.
        public var workers = 2
        /// `pam.queue`: sign-ins that may wait for a worker, 0 to 10,000; one more is told to try again. Default 64.
        public var queue = 64
        /// `pam.step_limit`: how long libpam may take over one step of a conversation, 100 ms to 10 min. Default 10 s.
        public var stepLimit: Duration = .seconds(10)
        /// `pam.conversation_limit`: how long a whole conversation may last, the person's typing included,
        /// 1 s to 1 h and not shorter than a step. Default 2 min.
        public var conversationLimit: Duration = .seconds(120)
    }

    /// `listen.*`: where the bridge is reached.
    public struct Listen: Sendable, Equatable {
        /// `listen.proxy.*`: the listener of nginx. Default: the socket `/run/diycloud-bridge/proxy.sock`, group
        /// `www-data`, mode 0660.
        public var proxy = Listener.socket(path: "/run/diycloud-bridge/proxy.sock", group: "www-data", mode: 0o660)
        /// `listen.services.*`: the listener of JupyterHub and other services; each request shows a service token.
        /// Default: the socket `/run/diycloud-bridge/services.sock`, the service's own group, mode 0600: made by root it is
        /// for root, as which JupyterHub runs. On an address any user of this host could take up every connection.
        public var services = Listener.socket(path: "/run/diycloud-bridge/services.sock", group: nil, mode: 0o600)
    }

    /// `public.*`: how browsers see the bridge.
    public struct Public: Sendable, Equatable {
        /// `public.url`: scheme, host and port in front of the bridge, without path and last slash, such as
        /// `https://cloud.example.org`. `nil`, the default, makes every redirect relative.
        public var url: String?
    }

    /// `session.*`: sessions of browsers.
    public struct Session: Sendable, Equatable {
        /// `session.idle`: a session ends when it is not used for so long, 1 min to 30 d. Default 2 h.
        public var idle: Duration = .seconds(2 * 3600)
        /// `session.lifetime`: a session ends after so long whatever happens, 1 min to 365 d, not shorter than
        /// ``idle``. Default 12 h.
        public var lifetime: Duration = .seconds(12 * 3600)
        /// `session.cookie`: the name of the cookie without prefix, 1 to 32 of `A-Z a-z 0-9 _ -`. Default `diycloud`.
        public var cookie = "diycloud"
        /// `session.secure`: whether the cookie travels over https only. Default yes; no is for plain http in a lab.
        public var secure = true
        /// `session.per_user`: how many sessions one person may have, 1 to 1,000; one more ends the oldest. Default 16.
        public var perUser = 16

        /// The name of the cookie as browsers see it: with the prefix `__Host-` when ``secure`` (RFC 6265bis §4.1.3.2).
        public var cookieName: String { secure ? "__Host-\(cookie)" : cookie }
    }

    /// `regulation.*`: what guessing passwords costs.
    public struct Regulation: Sendable, Equatable {
        /// `regulation.window`: the time over which failures are counted, 10 s to 1 d. Default 10 min.
        public var window: Duration = .seconds(600)
        /// `regulation.ban`: how long who failed too often is refused, 10 s to 7 d. Default 10 min.
        public var ban: Duration = .seconds(600)
        /// `regulation.pair`: failures of one account from one network, 1 to 10,000. Default 5.
        public var pair = 5
        /// `regulation.client`: failures from one network over all accounts, 1 to 1,000,000. Default 50.
        public var client = 50
        /// `regulation.account`: failures of one account over all networks, from which on only networks that the person
        /// used before get through, 1 to 1,000,000. Default 100.
        public var account = 100
        /// `regulation.failure_delay`: how long every refusal takes, 0 to 30 s. Default 2 s.
        public var failureDelay: Duration = .seconds(2)
    }

    /// `authentication.*`: who may sign in, and by what password.
    public struct Authentication: Sendable, Equatable {
        /// What can say that a password is right.
        public enum Source: String, Sendable, CaseIterable {
            /// libpam, for people with a Linux account.
            case pam
            /// The user store, for people who have no Linux account yet.
            case store
        }

        /// `authentication.sources`: at least one, in this order. Default `[pam, store]`.
        public var sources: [Source] = [.pam, .store]
        /// `authentication.minimum_uid`: Linux accounts below it never sign in, 1 to 4,294,967,294. Default 1000.
        public var minimumUID: UInt32 = 1000
    }

    /// `services.<name>.*`: one service behind the bridge.
    public struct Service: Sendable, Equatable {
        /// `roles`: who may use it, at least one. Default `[user, admin]`.
        public var roles: Set<Role>
        /// `url`: where it is, as a path of this host or an http(s) URL. Default `/<name>/`.
        public var url: String
        /// `title`: what people call it, 1 to 80 characters. Default: its name.
        public var title: String
        /// `description`: a sentence about it, at most 200 characters. Default empty.
        public var description: String
        /// `callback`: where a browser is sent with an assertion after sign-in, as a path of this host or an http(s) URL;
        /// `nil`, the default, when the service takes no assertions.
        public var callback: String?
        /// `health`: how the bridge finds out whether it runs. Default ``Health/automatic``.
        public var health: Health

        /// Where somebody answers as long as a service runs.
        public enum Health: Sendable, Equatable {
            /// `auto`: JupyterHub and Portainer are asked where `jupyterhub.api` and `portainer.url` say that they are; of other
            /// services nothing is known.
            case automatic
            /// An http(s) URL that answers anything below 500 while the service runs.
            case url(String)
            /// `null`: nobody is asked, nothing is known.
            case unknown
        }

        public init(
            roles: Set<Role>,
            url: String,
            title: String,
            description: String = "",
            callback: String? = nil,
            health: Health = .automatic
        ) {
            self.roles = roles
            self.url = url
            self.title = title
            self.description = description
            self.callback = callback
            self.health = health
        }
    }

    /// `log.*`: what the service says about itself, on standard error.
    public struct Log: Sendable, Equatable {
        /// The least severe message that is written; the raw values are those of swift-log.
        public enum Level: String, Sendable, CaseIterable {
            case trace, debug, info, notice, warning, error, critical
        }

        /// `log.level`. Default `info`.
        public var level = Level.info
    }

    /// `spawn.*`: what a notebook server gets beside its limits.
    public struct Spawn: Sendable, Equatable {
        /// `spawn.environment`: variables of every notebook server, name to value. Default none.
        public var environment: [String: String] = [:]
    }
}

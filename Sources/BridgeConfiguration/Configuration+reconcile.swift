extension Configuration {
    /// `accounts.*`: the Linux accounts that `sync-users` makes.
    public struct Accounts: Sendable, Equatable {
        /// `accounts.home`: the directory of new homes, absolute. Default `/home`.
        public var home = "/home"
        /// `accounts.shell`: the log-in shell of new accounts, absolute. Default `/bin/bash`.
        public var shell = "/bin/bash"
        /// `accounts.skeleton`: what a new home starts with, absolute; `nil` for nothing. Default `/etc/skel`.
        public var skeleton: String? = "/etc/skel"
        /// `accounts.group`: the group of everybody in the store. An account that is in it is ours. Default `diycloud-users`.
        public var group = "diycloud-users"
        /// `accounts.admin_group`: the group of the store's administrators. It gives no power by itself. Default
        /// `diycloud-admins`.
        public var adminGroup = "diycloud-admins"
    }

    /// `limits.*`: how quotas of processor, memory and tasks are put in force.
    public struct Limits: Sendable, Equatable {
        /// What holds a person's processes within their limits.
        public enum Controller: String, Sendable, CaseIterable {
            /// systemd where it runs, a cgroup tree of our own elsewhere.
            case auto
            /// The person's `user-<uid>.slice`.
            case systemd
            /// A cgroup tree of our own.
            case cgroup
            /// Nothing: quotas of processor and memory stay numbers in the store, and are shown as such.
            case none
        }

        /// `limits.controller`. Default `auto`.
        public var controller = Controller.auto
        /// `limits.cgroup`: the name of our own cgroup tree, where there is no systemd. Default `diycloud`.
        public var cgroup = "diycloud"
        /// `limits.memory_high`: percent of the memory quota from which on the kernel slows the person's processes down
        /// instead of ending one (`memory.high`), 50 to 100; 100, the default, never does.
        public var memoryHigh = 100
        /// `limits.swap`: how much swap a person may use beside their memory, in percent of the memory quota, 0 to 100.
        /// Default 0.
        public var swap = 0
        /// `limits.tasks`: processes and threads of one person at the same time, 64 to 4,194,304. Default 1024.
        public var tasks = 1024
    }

    /// `disk.*`: disk quotas.
    public struct Disk: Sendable, Equatable {
        /// `disk.worker_socket`: the socket on which `quota-worker` is reached, absolute.
        /// Default `/run/diycloud-bridge/quota.sock`.
        public var workerSocket = "/run/diycloud-bridge/quota.sock"
    }

    /// `usage.*`: how the use of processor time is measured.
    public struct Usage: Sendable, Equatable {
        /// `usage.sample`: how often the counters are read, 1 s to 1 min. Default 5 s.
        public var sample: Duration = .seconds(5)
        /// `usage.window`: the time over which use is averaged, 10 s to 1 h and not shorter than ``sample``. Default 1 min.
        public var window: Duration = .seconds(60)
    }

    /// `jupyterhub.*`: where `sync-users` reaches JupyterHub.
    public struct JupyterHub: Sendable, Equatable {
        /// `jupyterhub.api`: the URL of its REST API without the last slash, such as
        /// `http://127.0.0.1:8081/jupyter/hub/api`; `nil`, the default, leaves JupyterHub alone.
        public var api: String?
        /// `jupyterhub.token_file`: the file with the token that JupyterHub knows `sync-users` by, absolute.
        /// Default `/etc/diycloud-bridge/jupyterhub-api.token`.
        public var tokenFile = "/etc/diycloud-bridge/jupyterhub-api.token"
    }

    /// `sync.*`: how `sync-users` works.
    public struct Sync: Sendable, Equatable {
        /// `sync.interval`: how often `sync-users --watch` looks for drift when the store does not change, 30 s to 1 d.
        /// Default 5 min.
        public var interval: Duration = .seconds(300)
        /// `sync.lock`: the file that keeps two runs apart, absolute. Default `/run/diycloud-bridge/sync.lock`.
        public var lock = "/run/diycloud-bridge/sync.lock"
        /// `sync.report`: where the last run says what it found, absolute. Default `/run/diycloud-bridge/sync.json`.
        public var report = "/run/diycloud-bridge/sync.json"
        /// `sync.stop_disabled`: whether everything that a disabled person still runs is stopped. Default yes.
        public var stopDisabled = true
    }
}

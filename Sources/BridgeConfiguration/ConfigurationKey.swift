/// What one key of `bridge.yaml` is: the one table behind parsing, error messages, `check-config` and the documentation.
public struct ConfigurationKey: Sendable, Equatable {
    /// With dots; `<name>` stands for a name that the administrator chooses.
    public let name: String
    /// What the value is, with its range: `duration, 1m to 30d`.
    public let type: String
    /// The default as it would be written; `null` when unset.
    public let defaultValue: String
    /// A value that would be accepted, shown in error messages.
    public let example: String

    init(_ name: String, _ type: String, default defaultValue: String, example: String? = nil) {
        self.name = name
        self.type = type
        self.defaultValue = defaultValue
        self.example = example ?? defaultValue
    }

    /// Every key, in the order of `config/bridge.yaml`.
    public static let all: [ConfigurationKey] = [
        .init("user", "account name", default: "diycloud-bridge"),
        .init("store.path", "absolute path", default: "/opt/diycloud/usermgmt/db/users.db"),
        .init("store.worker_socket", "absolute path of at most 107 bytes", default: "/run/diycloud-bridge/store.sock"),
        .init("database.path", "absolute path", default: "/var/lib/diycloud-bridge/bridge.db"),
        .init("audit.path", "absolute path, - or null", default: "/var/log/diycloud-bridge/audit.log"),
        .init("pam.service", "name of a PAM service file", default: "diycloud-bridge"),
        .init("pam.confdir", "absolute path or null", default: "null", example: "/etc/diycloud-bridge/pam.d"),
        .init("pam.worker_socket", "absolute path of at most 107 bytes", default: "/run/diycloud-bridge/pam.sock"),
        .init("pam.workers", "whole number, 1 to 64", default: "2"),
        .init("pam.queue", "whole number, 0 to 10000", default: "64"),
        .init("pam.step_limit", "duration, 100ms to 10m", default: "10s"),
        .init("pam.conversation_limit", "duration, 1s to 1h", default: "2m"),
        .init("listen.proxy.socket", socketType, default: "/run/diycloud-bridge/proxy.sock"),
        .init("listen.proxy.group", "group name or null", default: "www-data"),
        .init("listen.proxy.mode", modeType, default: "\"0660\""),
        .init("listen.proxy.address", addressType, default: "null", example: "127.0.0.1:8470"),
        .init("listen.proxy.secret_file", secretType, default: "null", example: "/etc/diycloud-bridge/proxy.secret"),
        .init("listen.services.socket", socketType, default: "/run/diycloud-bridge/services.sock"),
        .init("listen.services.group", "group name or null", default: "null", example: "jupyterhub"),
        .init("listen.services.mode", modeType, default: "\"0600\""),
        .init("listen.services.address", addressType, default: "null", example: "127.0.0.1:8471"),
        .init(
            "public.url",
            "http or https URL without path, or null",
            default: "null",
            example: "https://cloud.example.org"
        ),
        .init("session.idle", "duration, 1m to 30d", default: "2h"),
        .init("session.lifetime", "duration, 1m to 365d", default: "12h"),
        .init("session.cookie", "1 to 32 letters, digits, _ or -", default: "diycloud"),
        .init("session.secure", "true or false", default: "true"),
        .init("session.per_user", "whole number, 1 to 1000", default: "16"),
        .init("regulation.window", "duration, 10s to 1d", default: "10m"),
        .init("regulation.ban", "duration, 10s to 7d", default: "10m"),
        .init("regulation.pair", "whole number, 1 to 10000", default: "5"),
        .init("regulation.client", "whole number, 1 to 1000000", default: "50"),
        .init("regulation.account", "whole number, 1 to 1000000", default: "100"),
        .init("regulation.failure_delay", "duration, 0s to 30s", default: "2s"),
        .init("authentication.sources", "list of pam and store, at least one", default: "[pam, store]"),
        .init("authentication.minimum_uid", "whole number, 1 to 4294967294", default: "1000"),
        .init(
            "service_tokens.<name>",
            "absolute path",
            default: "null",
            example: "/etc/diycloud-bridge/jupyterhub.token"
        ),
        .init("services.<name>.roles", "list of user and admin, at least one", default: "[user, admin]"),
        .init("services.<name>.url", linkType, default: "/<name>/", example: "/jupyter/"),
        .init("services.<name>.title", "text, 1 to 80 characters", default: "<name>", example: "Notebooks"),
        .init("services.<name>.description", "text, at most 200 characters", default: "\"\"", example: "Run code."),
        .init(
            "services.<name>.callback",
            linkType + ", or null",
            default: "null",
            example: "/jupyter/hub/diycloud-login"
        ),
        .init(
            "services.<name>.health",
            "http or https URL, auto or null",
            default: "auto",
            example: "http://127.0.0.1:3000/healthz"
        ),
        .init("log.level", "trace, debug, info, notice, warning, error or critical", default: "info"),
        .init("spawn.environment", "mapping of variable names to text", default: "{}", example: "{LANG: C.UTF-8}"),
        .init("accounts.home", "absolute path", default: "/home"),
        .init("accounts.shell", "absolute path", default: "/bin/bash"),
        .init("accounts.skeleton", "absolute path or null", default: "/etc/skel"),
        .init("accounts.group", "group name", default: "diycloud-users"),
        .init("accounts.admin_group", "group name, not accounts.group", default: "diycloud-admins"),
        .init("limits.controller", "auto, systemd, cgroup or none", default: "auto"),
        .init("limits.cgroup", "1 to 64 letters, digits, ., _ or -", default: "diycloud"),
        .init("limits.memory_high", "percent, 50 to 100", default: "100"),
        .init("limits.swap", "percent, 0 to 100", default: "0"),
        .init("limits.tasks", "whole number, 64 to 4194304", default: "1024"),
        .init("disk.worker_socket", "absolute path of at most 107 bytes", default: "/run/diycloud-bridge/quota.sock"),
        .init("usage.sample", "duration, 1s to 1m", default: "5s"),
        .init("usage.window", "duration, 10s to 1h", default: "1m"),
        .init(
            "jupyterhub.api",
            "http or https URL, or null",
            default: "null",
            example: "http://127.0.0.1:8081/jupyter/hub/api"
        ),
        .init("jupyterhub.token_file", "absolute path", default: "/etc/diycloud-bridge/jupyterhub-api.token"),
        .init("docker.engine", "absolute path of at most 107 bytes", default: "/var/run/docker.sock"),
        .init("docker.user", "account name", default: "diycloud-docker"),
        .init("docker.socket", "absolute path of at most 107 bytes", default: "/run/diycloud-bridge/docker.sock"),
        .init("docker.address", addressType, default: "null", example: "127.0.0.1:2376"),
        .init("docker.certificates", "absolute path", default: "/etc/diycloud-bridge/docker"),
        .init("docker.certificate_lifetime", "duration, 1d to 825d", default: "90d"),
        .init("docker.server_names", "list of host names and addresses", default: "[]", example: "[172.30.0.1]"),
        .init("docker.when_disabled", "stop, pause or leave", default: "stop"),
        .init("docker.administrators", "unrestricted or restricted", default: "unrestricted"),
        .init("docker.published_addresses", "list of IP addresses, at least one", default: "[127.0.0.1]"),
        .init("docker.lowest_port", "whole number, 1 to 65535", default: "1024"),
        .init("docker.address_pool", "IPv4 range, /8 to /28", default: "10.213.0.0/16"),
        .init("docker.subnet_prefix", "whole number, 20 to 29, above the pool's", default: "26"),
        .init("docker.networks_per_user", "whole number, 0 to 1000", default: "8"),
        .init("docker.host_ports", "list of ports, 1 to 65535", default: "[]", example: "[8081]"),
        .init("docker.user_namespace", "required or optional", default: "required"),
        .init("docker.home_binds", "true or false", default: "false"),
        .init("docker.state", "absolute path", default: "/var/lib/diycloud-docker"),
        .init("portainer.url", "http or https URL, or null", default: "null", example: "http://127.0.0.1:9000"),
        .init("portainer.listen", addressType, default: "null", example: "127.0.0.1:8474"),
        .init("portainer.bridge_url", "http or https URL, or null", default: "null", example: "http://172.30.0.1:8474"),
        .init(
            "portainer.environment_url",
            "tcp://host:port, or null",
            default: "null",
            example: "tcp://172.30.0.1:2376"
        ),
        .init(
            "portainer.admin_password_file",
            "absolute path",
            default: "/etc/diycloud-bridge/portainer-admin.password"
        ),
        .init("portainer.api_key_file", "absolute path", default: "/etc/diycloud-bridge/portainer/api.key"),
        .init("portainer.client_secret_file", "absolute path", default: "/etc/diycloud-bridge/portainer-oauth.secret"),
        .init("portainer.templates", "absolute path", default: "/usr/share/diycloud-bridge/portainer/templates"),
        .init("portainer.public_host", "host name, or null", default: "null", example: "cloud.example.org"),
        .init("portainer.session", "duration, 10m to 7d", default: "8h"),
        .init("portainer.snapshot_interval", "duration, 1m to 1d", default: "15m"),
        .init("sync.interval", "duration, 30s to 1d", default: "5m"),
        .init("sync.lock", "absolute path", default: "/run/diycloud-bridge/sync.lock"),
        .init("sync.report", "absolute path", default: "/run/diycloud-bridge/sync.json"),
        .init("sync.stop_disabled", "true or false", default: "true"),
    ]

    private static let socketType = "absolute path of at most 107 bytes, or null"
    private static let modeType = "four octal digits in quotes, nothing for others"
    private static let addressType = "IP address and port, or null"
    private static let secretType = "absolute path or null"
    private static let linkType = "path of this host or http(s) URL"

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// - Parameter pattern: a name as in ``name``.
    /// - Returns: `nil` for a section or an unknown key.
    static func named(_ pattern: String) -> ConfigurationKey? { byName[pattern] }

    /// The names directly below a section.
    /// - Parameter section: the section's name, empty for the whole file.
    /// - Returns: the names without the section's; `<name>` where the administrator chooses.
    static func children(of section: String) -> Set<String> {
        let prefix = section.isEmpty ? "" : section + "."
        return Set(
            all.filter { $0.name.hasPrefix(prefix) }.compactMap { key in
                key.name.dropFirst(prefix.count).split(separator: ".").first.map(String.init)
            }
        )
    }
}

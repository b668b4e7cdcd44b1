public import Identity

/// Everything that an administrator can set, as `bridge.yaml` says it.
///
/// A value of this type is always whole and in range: it comes from ``load(path:)`` or ``parse(_:path:)``, or is the default.
/// Each property is named like its key, in camel case (`session.per_user` is `session.perUser`); ``ConfigurationKey/all``
/// lists the keys with types, defaults and ranges.
public struct Configuration: Sendable, Equatable {
    /// `user`: the account that `serve` runs as once its sockets and secrets are open. Default `diycloud-bridge`.
    public var user = "diycloud-bridge"
    /// `store.*`: the platform's user store.
    public var store = Store()
    /// `database.*`: the bridge's own database.
    public var database = Database()
    /// `audit.*`: the audit log.
    public var audit = Audit()
    /// `pam.*`: conversations with libpam.
    public var pam = PAM()
    /// `listen.*`: where nginx and the services reach the bridge.
    public var listen = Listen()
    /// `public.*`: how browsers see the bridge.
    public var `public` = Public()
    /// `session.*`: sessions of browsers.
    public var session = Session()
    /// `regulation.*`: what guessing costs.
    public var regulation = Regulation()
    /// `authentication.*`: who may sign in, and by what password.
    public var authentication = Authentication()
    /// `service_tokens.<name>`: the file that holds the token of each service that may call the REST API, absolute paths.
    /// Default `jupyterhub: /etc/diycloud-bridge/jupyterhub.token`. A mapping in the file replaces the default as a whole.
    public var serviceTokens: [ServiceName: String] = [.jupyterHub: "/etc/diycloud-bridge/jupyterhub.token"]
    /// `services.<name>.*`: the services behind the bridge. Default: JupyterHub under `/jupyter/`.
    /// A mapping in the file replaces the default as a whole.
    public var services: [ServiceName: Service] = [
        .jupyterHub: Service(
            roles: [.user, .admin],
            url: "/jupyter/",
            title: "Notebooks",
            description: "Write and run code in the browser with JupyterLab.",
            callback: "/jupyter/hub/diycloud-login"
        )
    ]
    /// `log.*`: what the service says about itself.
    public var log = Log()
    /// `spawn.*`: what a notebook server gets beside its limits.
    public var spawn = Spawn()
    /// `accounts.*`: the Linux accounts that `sync-users` makes.
    public var accounts = Accounts()
    /// `limits.*`: how quotas of processor, memory and tasks are put in force.
    public var limits = Limits()
    /// `disk.*`: disk quotas.
    public var disk = Disk()
    /// `usage.*`: how the use of processor time is measured.
    public var usage = Usage()
    /// `jupyterhub.*`: where `sync-users` reaches JupyterHub.
    public var jupyterhub = JupyterHub()
    /// `docker.*`: the guard in front of the Docker engine.
    public var docker = Docker()
    /// `portainer.*`: Portainer, and how it reaches the bridge.
    public var portainer = Portainer()
    /// `sync.*`: how `sync-users` works.
    public var sync = Sync()

    /// The defaults of every key.
    public init() {}
}

extension ServiceName {
    /// The service that the defaults know. The literal is a valid name, which a test proves by loading the defaults.
    fileprivate static var jupyterHub: ServiceName {
        guard let name = ServiceName("jupyterhub") else { preconditionFailure("jupyterhub is a service name") }
        return name
    }
}

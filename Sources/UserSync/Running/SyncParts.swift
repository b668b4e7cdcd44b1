public import DiskQuotas
public import Slices

/// The host, as a run sees and changes it. Tests put a simulated one in its place.
public struct SyncParts: Sendable {
    /// JupyterHub, or why it is left alone.
    public enum Hub: Sendable {
        case directory(any HubDirectory)
        /// Nobody has said where it is (`jupyterhub.api`), which is fine.
        case notConfigured
        /// It should be reachable and is not, for this reason.
        case unusable(reason: String)
    }

    /// Docker, where there is an engine.
    public enum Docker: Sendable {
        case host(any DockerHost)
        /// There is none, which is fine.
        case notConfigured
    }

    /// Portainer and what it should be like, or why it is left alone.
    public enum Portainer: Sendable {
        case directory(any PortainerDirectory, PortainerGoal)
        /// Nobody has said where it is (`portainer.url`), which is fine.
        case notConfigured
        /// It should be reachable and is not, for this reason.
        case unusable(reason: String)
    }

    /// What holds people to limits, or why nothing does.
    public enum Limits: Sendable {
        case slices(any SliceController)
        case none(reason: String)
    }

    public var accounts: any AccountHost
    public var limits: Limits
    /// What people run, wherever it is counted.
    public var processes: any ProcessController
    public var disk: any DiskQuotaController
    public var hub: Hub
    public var docker: Docker
    public var portainer: Portainer
    public var policy: SlicePolicy
    /// `sync.stop_disabled`: whether what switched off people still run is ended.
    public var stopsDisabled: Bool
    /// How long the service may take to see a change of the store; JupyterHub asks it.
    public var serviceLag: Duration
    /// Seconds since 1970.
    public var now: @Sendable () -> Int64

    public init(
        accounts: any AccountHost,
        limits: Limits,
        processes: any ProcessController,
        disk: any DiskQuotaController,
        hub: Hub,
        docker: Docker = .notConfigured,
        portainer: Portainer = .notConfigured,
        policy: SlicePolicy = SlicePolicy(),
        stopsDisabled: Bool = true,
        serviceLag: Duration = .seconds(1),
        now: @escaping @Sendable () -> Int64
    ) {
        self.accounts = accounts
        self.limits = limits
        self.processes = processes
        self.disk = disk
        self.hub = hub
        self.docker = docker
        self.portainer = portainer
        self.policy = policy
        self.stopsDisabled = stopsDisabled
        self.serviceLag = serviceLag
        self.now = now
    }
}

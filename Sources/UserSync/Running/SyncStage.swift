import SyncReport

/// The parts of a run, in their order: who is switched off loses everything first, and each stage finds what it builds on.
enum SyncStage: Sendable, CaseIterable {
    /// The accounts of switched off people are locked, so that nothing new of theirs starts.
    case lock
    /// What they still run is ended. Before JupyterHub is asked, whose polite way to stop a server takes as long as the server likes.
    case stop
    /// JupyterHub takes tokens, role and what it holds for servers from them.
    case hubSwitchOff
    /// Their containers end, and their certificates are worth nothing any more.
    case dockerSwitchOff
    /// Portainer takes access, role and sign-ins from them.
    case portainerSwitchOff
    /// Groups, accounts and homes of everybody else.
    case accounts
    case limits
    case disk
    case hub
    /// Certificates, and what containers may reach.
    case docker
    /// After Docker, whose guard Portainer looks at before it takes an environment.
    case portainer

    /// Those that take something from people who are switched off. They are planned without a look at any home.
    static let switchingOff: [SyncStage] = [.lock, .stop, .hubSwitchOff, .dockerSwitchOff, .portainerSwitchOff]

    var area: SyncArea {
        switch self {
        case .hubSwitchOff, .hub: .jupyterhub
        case .dockerSwitchOff, .docker: .docker
        case .lock, .stop, .accounts: .accounts
        case .limits: .limits
        case .disk: .disk
        case .portainerSwitchOff, .portainer: .portainer
        }
    }

    /// For a progress bar.
    var title: String {
        switch self {
        case .hubSwitchOff, .hub: "JupyterHub"
        case .dockerSwitchOff, .docker: "Docker"
        case .lock, .accounts: "Accounts"
        case .stop: "Processes"
        case .limits: "Limits"
        case .disk: "Disk"
        case .portainerSwitchOff, .portainer: "Portainer"
        }
    }
}

import SyncReport

/// The parts of a run, in their order: who is switched off loses everything first, and each stage finds what it builds on.
enum SyncStage: Sendable, CaseIterable {
    /// JupyterHub takes tokens, role and servers from switched off people.
    case hubSwitchOff
    /// Their accounts are locked.
    case lock
    /// What they still run is ended.
    case stop
    /// Groups, accounts and homes of everybody else.
    case accounts
    case limits
    case disk
    case hub

    var area: SyncArea {
        switch self {
        case .hubSwitchOff, .hub: .jupyterhub
        case .lock, .stop, .accounts: .accounts
        case .limits: .limits
        case .disk: .disk
        }
    }

    /// For a progress bar.
    var title: String {
        switch self {
        case .hubSwitchOff, .hub: "JupyterHub"
        case .lock, .accounts: "Accounts"
        case .stop: "Processes"
        case .limits: "Limits"
        case .disk: "Disk"
        }
    }
}

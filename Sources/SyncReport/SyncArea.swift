/// A part of the host that reconciliation makes agree with the user store. The raw values are stable: commands, files and
/// documents use them.
public enum SyncArea: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Linux accounts, their groups and homes.
    case accounts
    /// Processor, memory and task limits of the slices.
    case limits
    /// Quotas of the file system that holds the homes.
    case disk
    /// Users and groups of JupyterHub, servers and tokens of disabled people.
    case jupyterhub
    /// Docker: certificates, the containers of disabled people, what containers may reach.
    case docker
    /// Portainer: users, environments, access.
    case portainer

    /// In the order in which they are reconciled.
    public static func < (left: SyncArea, right: SyncArea) -> Bool { left.place < right.place }

    private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

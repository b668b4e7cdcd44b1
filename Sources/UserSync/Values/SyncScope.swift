public import Identity
public import SyncReport

/// How much of the host a run may touch.
public struct SyncScope: Sendable, Equatable {
    /// The areas; what is in no named area is neither looked at nor changed.
    public var areas: Set<SyncArea>
    /// The people; `nil` for everybody.
    public var names: Set<UserName>?
    /// Whether most people may be switched off at once, or lose their limits; see `MassGuard`.
    public var allowsMassDisable: Bool
    /// Whether accounts may be locked, and what they run be stopped, by which this host is administered.
    public var allowsLockAdministrator: Bool

    public init(
        areas: Set<SyncArea> = [.accounts, .limits, .disk, .jupyterhub, .docker, .portainer],
        names: Set<UserName>? = nil,
        allowsMassDisable: Bool = false,
        allowsLockAdministrator: Bool = false
    ) {
        self.areas = areas
        self.names = names
        self.allowsMassDisable = allowsMassDisable
        self.allowsLockAdministrator = allowsLockAdministrator
    }

    /// Whether a person is within the scope.
    func includes(_ name: UserName) -> Bool { names?.contains(name) ?? true }
}

public import Identity

/// One person of the user store, as the bridge takes them: every doubtful value replaced, and told of in a ``Identity/Finding``.
public struct UserRecord: Sendable, Equatable {
    /// `users.id`.
    public let id: Int64
    public let name: UserName
    /// The mail address, when it can be passed on.
    public let email: String?
    public let role: Role
    /// Whether the person may sign in at all.
    public let isActive: Bool
    /// The allocation in force (the lowest id, when there are several), or the platform's default.
    public let quota: Quota
    let packedPassword: PackedPassword

    /// What the `password_hash` column says.
    public var password: StorePassword { StorePassword(packedPassword) }

    /// What services are told of the person.
    public var principal: Principal { Principal(name: name, role: role, email: email) }
}

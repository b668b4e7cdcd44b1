public import Identity
import UserStore

/// One person as the user store wants them.
public struct DesiredPerson: Sendable, Hashable {
    public let name: UserName
    /// Switched off people keep their account and their files, and can do nothing.
    public let isActive: Bool
    public let role: Role
    public let quota: Quota

    public init(name: UserName, isActive: Bool = true, role: Role = .user, quota: Quota = .platformDefault) {
        self.name = name
        self.isActive = isActive
        self.role = role
        self.quota = quota
    }

    init(_ record: UserRecord) {
        self.init(name: record.name, isActive: record.isActive, role: record.role, quota: record.quota)
    }
}

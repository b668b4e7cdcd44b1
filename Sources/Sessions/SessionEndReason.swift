/// Why a session ended, or why somebody was switched off.
public enum SessionEndReason: String, Sendable, Hashable, CaseIterable, Codable {
    /// Its owner signed out.
    case signedOut = "signed-out"
    /// Its owner or an administrator ended it from a list.
    case revoked
    /// Its idle or absolute limit has passed.
    case expired
    /// The user is disabled in the user store.
    case disabled
    /// The user is no longer in the user store.
    case deleted
    /// The role in the user store is another now.
    case roleChanged = "role-changed"
    /// The Linux account is locked, expired or gone.
    case accountLocked = "account-locked"
    /// The password was changed.
    case passwordChanged = "password-changed"
    /// A newer session of the same user took its place, since only so many may exist.
    case replaced

    /// Whether the person may not use the platform at all any more, so that services stop what runs for them. The
    /// revocation then names no session.
    public var concernsWholeUser: Bool {
        switch self {
        case .disabled, .deleted, .accountLocked: true
        case .signedOut, .revoked, .expired, .roleChanged, .passwordChanged, .replaced: false
        }
    }
}

public import Identity

/// Where a new password goes. The store takes none: the bridge database keeps a salted hash of it.
public protocol PasswordSink {
    /// Replaces the password of a user.
    func setPassword(_ password: NewPassword, for name: UserName) async throws

    /// Forgets the password of a user who is gone, so that a later user of the same name does not inherit it.
    func removePassword(for name: UserName) async throws
}

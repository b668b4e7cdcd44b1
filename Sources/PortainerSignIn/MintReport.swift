public import Identity

/// What came of a mint, for the audit log and the operator; holds no secret.
public enum MintReport: Sendable, Equatable {
    /// Portainer made a token for this person.
    case minted(UserName)
    /// It made none. Told once for as long as the reason stays the same.
    case failed(UserName, reason: String)
}

public import Identity
public import PAMProtocol

/// What comes after a name and a password, or after answers to questions.
public enum SignInStep: Sendable {
    /// The person is who they say.
    case accepted(SignedIn)
    /// There are more questions: a one-time code, a new password.
    case challenge(SignInChallenge)
    /// No. Wrong, unknown, disabled, locked, banned and expired are this same answer after the same time.
    case refused
    /// Nothing can be said now; the same attempt may work later.
    /// - Parameter retryAfter: seconds.
    case unavailable(retryAfter: Int)
}

/// Somebody whose password was right.
public struct SignedIn: Sendable {
    public let principal: Principal
    /// Whether an account of this host stands behind the name, so that its lock and expiry end the session too.
    public let linuxAccount: Bool
    /// What PAM modules said beside their verdict, such as "your password will expire in 2 days".
    public let notices: [String]
}

/// Questions that PAM has, in the words of its modules.
public struct SignInChallenge: Sendable {
    /// Shown again with the answers; used once.
    public let conversation: String
    public let questions: [Question]
    public let purpose: ConversationPurpose
    /// How long the questions stay open, in seconds.
    public let expiresIn: Int
}

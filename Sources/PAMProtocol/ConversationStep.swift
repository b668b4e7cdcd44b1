/// Where a conversation with PAM stands after each exchange.
public enum ConversationStep: Hashable, Sendable {
    /// What a module asks for, in its order; at least one wants an answer.
    case questions([Question], purpose: ConversationPurpose)
    /// The end. `notices` are infos and errors that no question carried ("your password will expire in 2 days"). After a refusal
    /// in ``PAMPhase/authentication`` they may tell whether an account exists, so they are for the audit log only.
    case finished(PAMVerdict, notices: [Question])
}

/// What the answers are for.
public enum ConversationPurpose: UInt8, Hashable, Sendable, CaseIterable {
    /// To prove who one is: a one-time code, for instance.
    case authentication = 1
    /// To replace a password that has expired (pam_chauthtok(3)).
    case newPassword
}

/// Why there is no token for somebody now; the raw value is what nginx chooses a page by (`X-Bridge-Portainer`).
public enum PortainerAbsence: String, Sendable, CaseIterable {
    /// Portainer does not answer, or not as it should.
    case away
    /// It takes a little longer: a queue of sign-ins after a restart, or settings that `sync-users` has yet to make.
    case starting
    /// Portainer has no account of that name yet.
    case noAccount = "no-account"
}

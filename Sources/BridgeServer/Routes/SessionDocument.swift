import Sessions

/// A session as the REST API shows it to its owner or an administrator. The token is in none of it.
struct SessionDocument: Encodable {
    let id: String
    let user: String
    /// Seconds since 1970, like every time of the API.
    let createdAt: Int64
    let expiresAt: Int64
    let lastSeen: Int64
    let client: String
    let userAgent: String
    /// Whether the question came from this very session.
    let current: Bool

    init(_ session: ActiveSession, current: SessionID) {
        id = session.id.rawValue
        user = session.principal.name.rawValue
        createdAt = session.createdAt
        expiresAt = session.expiresAt
        lastSeen = session.lastSeen.load(ordering: .relaxed)
        client = session.client.description
        userAgent = session.userAgent
        self.current = session.id == current
    }
}

import Identity

/// The sessions in memory, findable by digest, by identifier and by user.
struct SessionIndex {
    private var byDigest: [TokenDigest: ActiveSession] = [:]
    private var byID: [SessionID: ActiveSession] = [:]
    private var byUser: [UserName: Set<SessionID>] = [:]

    var all: some Collection<ActiveSession> { byID.values }
    var count: Int { byID.count }

    subscript(digest: TokenDigest) -> ActiveSession? { byDigest[digest] }
    subscript(id: SessionID) -> ActiveSession? { byID[id] }

    /// Oldest first.
    func sessions(of user: UserName) -> [ActiveSession] {
        byUser[user, default: []].compactMap { byID[$0] }.sorted(by: Self.isOlder)
    }

    mutating func add(_ session: ActiveSession) {
        byDigest[session.digest] = session
        byID[session.id] = session
        byUser[session.principal.name, default: []].insert(session.id)
    }

    mutating func remove(_ session: ActiveSession) {
        byDigest[session.digest] = nil
        byID[session.id] = nil
        let user = session.principal.name
        byUser[user]?.remove(session.id)
        if byUser[user]?.isEmpty == true { byUser[user] = nil }
    }

    private static func isOlder(_ left: ActiveSession, _ right: ActiveSession) -> Bool {
        (left.createdAt, left.lastSeen.load(ordering: .relaxed), left.id.rawValue)
            < (right.createdAt, right.lastSeen.load(ordering: .relaxed), right.id.rawValue)
    }
}

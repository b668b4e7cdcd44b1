import Sessions

// What the macros of the tests can copy.
extension ActiveSession {
    var isOver: Bool { ended.load(ordering: .acquiring) }
    var latestRequest: Int64 { lastSeen.load(ordering: .acquiring) }
}

extension PolicyTable {
    /// The engine itself: everybody may know that it is there, and how much of it is theirs.
    static let engine: [OperationRule] = [
        .init("HEAD", "/_ping", .ping),
        .init("GET", "/_ping", .ping),
        .init("GET", "/version", .version),
        .init("GET", "/info", .info, answer: .filtered),
        .init("GET", "/system/df", .diskUsage, query: [.several("type"), .flag("verbose")], answer: .filtered),
        .init("GET", "/events", .events, query: [.time("since"), .time("until"), .filters], answer: .lines),
        // People are told that there are none.
        .init("GET", "/plugins", .plugin, query: [.filters]),
        .init("POST", "/auth", .registryLogin, body: .json),
    ]
}

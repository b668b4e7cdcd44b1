extension PolicyTable {
    /// Networks: everybody's own.
    static let networks: [OperationRule] = [
        .init("GET", "/networks", .networkList, query: [.filters], answer: .filtered),
        .init(
            "GET",
            "/networks/{network}",
            .networkInspect,
            query: [.flag("verbose"), .oneOf("scope", "local")],
            answer: .filtered
        ),
        .init("POST", "/networks/create", .networkCreate, body: .json),
        .init("POST", "/networks/{network}/connect", .networkConnect, body: .json),
        .init("POST", "/networks/{network}/disconnect", .networkDisconnect, body: .json),
        .init("DELETE", "/networks/{network}", .networkRemove),
        .init("POST", "/networks/prune", .networkPrune, query: [.filters]),
    ]

    /// Volumes: everybody's own. They have only names, and a name is held by one person.
    static let volumes: [OperationRule] = [
        .init("GET", "/volumes", .volumeList, query: [.filters], answer: .filtered),
        .init("GET", "/volumes/{volume}", .volumeInspect),
        .init("POST", "/volumes/create", .volumeCreate, body: .json),
        .init("DELETE", "/volumes/{volume}", .volumeRemove, query: [.flag("force")]),
        .init("POST", "/volumes/prune", .volumePrune, query: [.filters]),
        .init(
            "PUT",
            "/volumes/{volume}",
            .volumeUpdate,
            who: .administrators("Volumes of a cluster are for administrators."),
            query: nil,
            body: .json
        ),
    ]
}

extension PolicyTable {
    private static let attach: [QueryArgument] = [
        .keys("detachKeys"), .flag("logs"), .flag("stream"), .flag("stdin"), .flag("stdout"), .flag("stderr"),
    ]
    private static let logs: [QueryArgument] = [
        .flag("follow"), .flag("stdout"), .flag("stderr"), .time("since"), .time("until"), .flag("timestamps"),
        .flag("details"), .plain("tail", and: "-"),
    ]
    private static let size: [QueryArgument] = [.number("h", 0...10_000), .number("w", 0...10_000)]
    private static let stopping: [QueryArgument] = [.number("t", -1...86_400), .signal("signal")]
    private static let list: [QueryArgument] = [
        .flag("all"), .number("limit", -1...1_000_000), .flag("size"), .filters,
        // docker-py sends it with every list; no engine reads it.
        .flag("trunc_cmd"),
    ]

    /// Containers: everybody's own. In a path a container is named by id, prefix or name, and the engine gets the full id.
    static let containers: [OperationRule] = [
        // Looking.
        .init("GET", "/containers/json", .containerList, query: list, answer: .filtered),
        .init("GET", "/containers/{container}/json", .containerInspect, query: [.flag("size")]),
        .init("GET", "/containers/{container}/top", .containerTop, query: [.psOptions("ps_args")]),
        .init("GET", "/containers/{container}/logs", .containerLogs, query: logs),
        .init("GET", "/containers/{container}/changes", .containerChanges),
        .init("GET", "/containers/{container}/export", .containerExport),
        .init("GET", "/containers/{container}/stats", .containerStats, query: [.flag("stream"), .flag("one-shot")]),
        .init(
            "POST",
            "/containers/{container}/wait",
            .containerWait,
            query: [
                .oneOf("condition", "not-running", "next-exit", "removed")
            ]
        ),
        // Making and changing.
        .init(
            "POST",
            "/containers/create",
            .containerCreate,
            query: [.judged("name"), .text("platform", 64)],
            body: .json
        ),
        .init("POST", "/containers/{container}/update", .containerUpdate, body: .json),
        .init("POST", "/containers/{container}/rename", .containerRename, query: [.judged("name")]),
        .init("POST", "/containers/{container}/start", .containerStart, query: [.keys("detachKeys")]),
        .init("POST", "/containers/{container}/stop", .containerStop, query: stopping),
        .init("POST", "/containers/{container}/restart", .containerRestart, query: stopping),
        .init("POST", "/containers/{container}/kill", .containerKill, query: [.signal("signal")]),
        .init("POST", "/containers/{container}/pause", .containerPause),
        .init("POST", "/containers/{container}/unpause", .containerUnpause),
        .init(
            "DELETE",
            "/containers/{container}",
            .containerRemove,
            query: [.flag("v"), .flag("link"), .flag("force")]
        ),
        .init("POST", "/containers/prune", .containerPrune, query: [.filters]),
        // Terminals.
        .init("POST", "/containers/{container}/attach", .containerAttach, query: attach, answer: .hijack),
        .init(
            "GET",
            "/containers/{container}/attach/ws",
            .containerAttachWebsocket,
            who: .nobody("Attach without a websocket: POST /containers/{id}/attach."),
            query: nil
        ),
        .init("POST", "/containers/{container}/resize", .containerResize, query: size),
        // Programs in containers. An exec belongs to whom its container belongs.
        .init("POST", "/containers/{container}/exec", .execCreate, body: .json),
        .init("POST", "/exec/{exec}/start", .execStart, body: .json, answer: .hijack),
        .init("POST", "/exec/{exec}/resize", .execResize, query: size),
        .init("GET", "/exec/{exec}/json", .execInspect),
        // Files. The engine copies as root, so see `DockerJudge` for containers that have a home of the host in them.
        .init("HEAD", "/containers/{container}/archive", .containerArchiveHead, query: [.text("path")]),
        .init("GET", "/containers/{container}/archive", .containerArchiveGet, query: [.text("path")]),
        .init(
            "PUT",
            "/containers/{container}/archive",
            .containerArchivePut,
            query: [
                .text("path"), .flag("noOverwriteDirNonDir"), .flag("copyUIDGID"),
            ],
            body: .tar
        ),
        // Checkpoints write the memory of processes into files of the host.
        .init("GET", "/containers/{container}/checkpoints", .checkpoint, who: .nobody(noCheckpoints), query: nil),
        .init("POST", "/containers/{container}/checkpoints", .checkpoint, who: .nobody(noCheckpoints), query: nil),
        .init(
            "DELETE",
            "/containers/{container}/checkpoints/{rest}",
            .checkpoint,
            who: .nobody(noCheckpoints),
            query: nil
        ),
    ]

    private static let noCheckpoints =
        "Checkpoints are not offered here: commit the container or keep data in a volume."
}

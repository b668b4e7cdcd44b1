extension PolicyTable {
    private static let list: [QueryArgument] = [
        .flag("all"), .filters, .flag("digests"), .flag("shared-size"), .flag("manifests"), .text("filter", 512),
        // docker-py sends it with every list; no engine reads it.
        .flag("only_ids"),
    ]
    private static let pull: [QueryArgument] = [
        .judged("fromImage"), .judged("fromSrc"), .judged("repo"), .judged("tag"), .judged("message"),
        .judged("platform"),
        .several("changes"),
    ]
    private static let commit: [QueryArgument] = [
        .judged("container"), .judged("repo"), .judged("tag"), .judged("comment"), .judged("author"), .flag("pause"),
        .several("changes"),
    ]
    /// Each is judged in `Bodies/BuildArguments.swift`.
    private static let build: [QueryArgument] = [
        .several("t"), .judged("dockerfile"), .several("extrahosts"), .judged("remote"), .judged("q"),
        .judged("nocache"),
        .judged("cachefrom"), .judged("pull"), .judged("rm"), .judged("forcerm"), .judged("memory"), .judged("memswap"),
        .judged("cpushares"), .judged("cpusetcpus"), .judged("cpusetmems"), .judged("cpuperiod"), .judged("cpuquota"),
        .judged("buildargs"), .judged("shmsize"), .judged("squash"), .judged("labels"), .judged("networkmode"),
        .judged("platform"), .judged("target"), .judged("outputs"), .judged("version"), .judged("session"),
        .judged("buildid"), .judged("ulimits"), .judged("cgroupparent"), .judged("securityopt"), .judged("isolation"),
    ]

    /// Images: everybody reads them, their owner removes them, and new names are given under one's own only (`alice/tool`).
    static let images: [OperationRule] = [
        // Looking.
        .init("GET", "/images/json", .imageList, query: list),
        .init("GET", "/images/search", .imageSearch, query: [.text("term", 256), .number("limit", 0...100), .filters]),
        .init("GET", "/images/get", .imageSave, query: [.several("names"), .several("platform")]),
        .init("GET", "/images/{image}/get", .imageSave, query: [.several("platform")]),
        .init("GET", "/images/{image}/json", .imageInspect, query: [.flag("manifests"), .text("platform", 512)]),
        .init("GET", "/images/{image}/history", .imageHistory, query: [.text("platform", 512)]),
        .init("GET", "/distribution/{image}/json", .distribution),
        // Making.
        .init("POST", "/build", .imageBuild, query: build, body: .tar),
        .init("POST", "/images/create", .imagePull, query: pull, body: .tar),
        .init("POST", "/commit", .imageCommit, query: commit, body: .json),
        // `force` is what docker-py sends; no engine reads it since API 1.24.
        .init("POST", "/images/{image}/tag", .imageTag, query: [.judged("repo"), .judged("tag"), .flag("force")]),
        // Without X-Registry-Auth the engine wants the credentials in the body, be it `{}` (docker-py).
        .init(
            "POST",
            "/images/{image}/push",
            .imagePush,
            query: [.text("tag", 128), .text("platform", 512)],
            body: .json
        ),
        // Removing. `force` takes away what others use; `DockerJudge` drops it.
        .init(
            "DELETE",
            "/images/{image}",
            .imageRemove,
            query: [.flag("force"), .flag("noprune"), .several("platforms")]
        ),
        .init("POST", "/images/prune", .imagePrune, query: [.filters]),
        // An archive brings names of its own along, and could put something else under a name that others trust.
        .init(
            "POST",
            "/images/load",
            .imageLoad,
            who: .administrators(
                "docker load can replace images of others; use docker import FILE NAME/image, or ask an administrator."
            ),
            query: [.flag("quiet"), .several("platform")],
            body: .tar
        ),
        // People are told that there was nothing to prune.
        .init("POST", "/build/prune", .buildPrune, query: [.flag("all"), .filters] + spaces),
        .init("POST", "/build/cancel", .buildCancel, who: .administrators(noBuildKit), query: [.plain("id")]),
        // BuildKit's own protocols.
        .init("POST", "/session", .session, who: .administrators(noBuildKit), query: nil, answer: .hijack),
        .init("POST", "/grpc", .grpc, who: .administrators(noBuildKit), query: nil, answer: .hijack),
    ]

    private static let spaces = ["keep-storage", "reserved-space", "max-used-space", "min-free-space"].map {
        QueryArgument.number($0, 0...Int64.max)
    }
    private static let noBuildKit =
        "BuildKit is not offered here, because its session reaches into the engine. Use DOCKER_BUILDKIT=0 docker build."
}

import NIOHTTP1

/// Which headers of the engine's answer a client gets.
///
/// By allow list: the length and the connection are the guard's own, and what the engine may say one day was not judged.
enum AnswerHeaders {
    private static let passed: Set<String> = [
        "api-version", "builder-version", "cache-control", "content-disposition", "content-type", "date",
        "docker-experimental",
        "etag", "last-modified", "libpod-api-version", "location", "ostype", "pragma", "server", "swarm", "warning",
        "x-docker-container-path-stat",
    ]

    static func passed(_ headers: HTTPHeaders) -> HTTPHeaders {
        HTTPHeaders(headers.filter { passed.contains($0.name.lowercased()) }.map { ($0.name, $0.value) })
    }

    /// Whether the body is one of the streams that the engine sends without saying where they end.
    static func isRawStream(_ head: HTTPResponseHead) -> Bool {
        head.status == .ok && !head.headers.contains(name: "content-length")
            && !head.headers.contains(name: "transfer-encoding")
    }
}

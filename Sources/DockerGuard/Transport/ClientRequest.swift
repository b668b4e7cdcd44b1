import NIOHTTP1

/// What the transport itself must know of a request.
struct ClientRequest: Sendable {
    /// How the client says where its body ends.
    enum Body: Sendable, Equatable {
        case none
        case length(Int)
        case chunked
    }

    let method: String
    let target: String
    let version: HTTPVersion
    let headers: [(String, String)]
    let body: Body
    /// What the client wants to switch to, in lower case; empty when it does not.
    let upgrade: String
    let expectsContinue: Bool
    /// Whether the client would send another request on this connection.
    let isKeptAlive: Bool

    init(_ head: HTTPRequestHead) {
        method = head.method.rawValue
        target = head.uri
        version = head.version
        headers = head.headers.map { ($0.name, $0.value) }
        if head.headers.contains(name: "transfer-encoding") {
            body = .chunked
        } else {
            let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
            body = length > 0 ? .length(length) : .none
        }
        let wishes = head.headers["upgrade"].joined(separator: ",").lowercased()
        let switches = head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
        upgrade = switches ? (wishes.isEmpty ? "nothing" : wishes) : wishes
        expectsContinue = head.version == .http1_1 && head.headers.contains(name: "expect")
        // The decoder stops at a request that wants to switch: what is behind it is not HTTP.
        isKeptAlive = head.isKeepAlive && upgrade.isEmpty
    }

    /// Whether the engine may be asked to switch. `tcp` is the only protocol that attach and exec know.
    var switchesToRawStream: Bool { upgrade == "tcp" }
}

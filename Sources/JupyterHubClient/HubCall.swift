import NIOHTTP1

/// One request to the hub. Every call of this client may be sent twice: none does more the second time.
struct HubCall: Sendable {
    var method: HTTPMethod = .GET
    var path: [String]
    var query: [(String, Int)] = []
    var accept = "application/json"
    var body: [UInt8]?
    /// Whether the hub has to know who asks.
    var authorized = true

    /// How errors name it.
    var name: String { "\(method.rawValue) /" + path.map(HubAddress.encoded).joined(separator: "/") }
}

/// What the hub answered.
struct HubAnswer: Sendable {
    let call: String
    let status: Int
    let body: [UInt8]
}

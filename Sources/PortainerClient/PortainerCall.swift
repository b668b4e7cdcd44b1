import Foundation
import NIOHTTP1

/// One request to Portainer.
struct PortainerCall: Sendable {
    var method: HTTPMethod = .GET
    /// Below `/api`, with its query. Made of numbers and constants only: no text of a person's is ever in it.
    var path: String
    var body: Body?
    /// Whether Portainer has to know who asks.
    var authorized = true
    /// How long it may take; `nil` for what the client is set to.
    var timeLimit: Duration?

    enum Body: Sendable {
        case json([UInt8])
        case form(MultipartForm)
    }

    /// How errors name it.
    var name: String { "\(method.rawValue) /api\(path.prefix { $0 != "?" })" }

    /// Whether it may be sent again when nobody knows whether it arrived.
    var isRepeatable: Bool { method == .GET }

    static func get(_ path: String) -> PortainerCall { PortainerCall(path: path) }

    /// - Throws: ``PortainerError/garbled(call:reason:)`` for what is no JSON; no value of this client is such.
    static func send(
        _ method: HTTPMethod,
        _ path: String,
        _ value: some Encodable
    ) throws(PortainerError) -> PortainerCall {
        var call = PortainerCall(method: method, path: path)
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            call.body = .json(Array(try encoder.encode(value)))
        } catch {
            throw .garbled(call: call.name, reason: "\(error)")
        }
        return call
    }
}

/// What Portainer answered.
struct PortainerAnswer: Sendable {
    let call: String
    let status: Int
    /// `redirect-reason`, the header by which a Portainer that was never set up says so.
    let redirectReason: String?
    /// `X-Total-Count`: of how many a list is a part.
    let total: Int?
    let body: [UInt8]

    var isSuccess: Bool { (200..<300).contains(status) }
}

/// How Portainer words an error.
struct ProblemDocument: Decodable {
    let message: String?
    let details: String?
}

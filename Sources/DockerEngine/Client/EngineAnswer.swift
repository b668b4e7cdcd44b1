import Foundation

/// What the engine answered to one call, whole.
public struct EngineAnswer: Sendable {
    /// The call, as `METHOD /path`, for messages.
    public let call: String
    public let status: Int
    /// In the order of the answer; names as the engine spells them.
    public let headers: [(name: String, value: String)]
    public let body: [UInt8]

    public init(call: String, status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        self.call = call
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The engine's own sentence in an error answer (`{"message": "…"}`), or nothing.
    public var message: String {
        (try? JSONDecoder().decode(ErrorDocument.self, from: Data(body)))?.message ?? ""
    }

    /// Reads the members that `Document` names, whatever else is there.
    ///
    /// Not by the policy's parser: that refuses keys that differ only in case, and the labels of an image may.
    /// - Throws: ``EngineError/garbled(call:reason:)``.
    func decoded<Document: Decodable>(as type: Document.Type = Document.self) throws(EngineError) -> Document {
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch {
            throw .garbled(call: call, reason: "\(error)".oneLine)
        }
    }

    /// Any status that the caller did not name.
    var unexpected: EngineError { .unexpected(call: call, status: status, message: message.oneLine) }

    private struct ErrorDocument: Decodable {
        let message: String
    }
}

extension String {
    /// Fit for one line of a message: no control characters, 300 characters at most.
    var oneLine: String {
        let plain = unicodeScalars.lazy.map { $0.value < 32 || $0.value == 127 ? " " : Character($0) }
        return String(String(plain).prefix(300))
    }
}

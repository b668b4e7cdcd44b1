import Foundation
import Hummingbird
import NIOCore
import NIOFoundationCompat

/// How the REST API writes and reads JSON: keys in snake_case, sorted, so that answers can be compared.
enum JSON {
    static func encode(_ value: some Encodable) throws -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return ByteBuffer(data: try encoder.encode(value))
    }

    /// Reads the body of a request as JSON.
    /// - Throws: ``Problem`` of kind `bad-request` that names the field, or `too-large` over `limit` bytes.
    static func decode<Value: Decodable>(_ type: Value.Type, from request: Request, limit: Int = 16 * 1024) async throws
        -> Value
    {
        let body = try await request.boundedBody(limit: limit)
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(type, from: Data(buffer: body))
        } catch let error as DecodingError {
            throw Problem(.badRequest, .badRequest, error.sentence)
        }
    }

    /// A whole answer.
    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: try encode(value))
        )
    }
}

extension DecodingError {
    /// What is wrong with the body, for the person who wrote the call; repeats nothing of the body but names of fields.
    fileprivate var sentence: String {
        func path(_ context: Context) -> String { context.codingPath.map(\.stringValue).joined(separator: ".") }
        switch self {
        case .keyNotFound(let key, _): return "The field \"\(key.stringValue)\" is missing."
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "The field \"\(path(context))\" has the wrong type."
        case .dataCorrupted(let context):
            let path = path(context)
            return path.isEmpty ? "The body is no JSON." : "The field \"\(path)\" cannot be read."
        @unknown default: return "The body cannot be read."
        }
    }
}

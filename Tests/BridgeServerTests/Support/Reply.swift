import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOEmbedded
import Synchronization

@testable import BridgeServer

/// The answer of a router to one request.
struct Reply: Sendable {
    let status: Int
    let headers: HTTPFields
    let body: String

    init(
        _ responder: any HTTPResponder<BridgeRequestContext>,
        _ method: HTTPRequest.Method,
        _ path: String,
        headers: HTTPFields,
        body: String
    ) async throws {
        let head = HTTPRequest(method: method, scheme: nil, authority: nil, path: path, headerFields: headers)
        let request = Request(head: head, body: .init(buffer: ByteBuffer(string: body)))
        let context = BridgeRequestContext(source: .init(channel: NIOAsyncTestingChannel(), logger: TestBridge.logger))
        let response = try await responder.respond(to: request, context: context)
        let collector = Collector()
        try await response.body.write(Writer(collector: collector))
        self.status = response.status.code
        self.headers = response.headers
        self.body = collector.text.withLock { $0 }
    }

    var location: String? { headers[.location] }
    var cookies: [String] { headers[values: .setCookie] }

    /// The token of the first form on the page.
    var csrf: String? { body.firstMatch(of: /name="csrf" value="([^"]*)"/).map { String($0.1) } }
    var conversation: String? { body.firstMatch(of: /name="conversation" value="([^"]*)"/).map { String($0.1) } }
    /// The hidden field that says where to go after the sign-in.
    var returnTo: String? { body.firstMatch(of: /name="rd" value="([^"]*)"/).map { String($0.1) } }

    /// The page without what differs between two showings of it.
    var withoutToken: String { body.replacing(/name="csrf" value="[^"]*"/, with: "") }

    /// A member of a JSON object.
    subscript(_ name: String) -> Any? {
        (try? JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])?[name]
    }

    /// The last part of the `type` of a problem document.
    var problem: String? { (self["type"] as? String)?.split(separator: ":").last.map(String.init) }
}

private final class Collector: Sendable {
    let text = Mutex("")
}

private struct Writer: ResponseBodyWriter {
    let collector: Collector

    mutating func write(_ buffer: ByteBuffer) async throws {
        collector.text.withLock { $0 += String(buffer: buffer) }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

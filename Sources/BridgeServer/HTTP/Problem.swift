package import HTTPTypes
package import Hummingbird
import NIOCore

/// An error answer of the REST API (RFC 9457), with a `type` that programs may match.
package struct Problem: Error, Sendable {
    /// The kinds of problem; the raw value is the last part of `urn:diycloud:problem:…` and never changes.
    package enum Kind: String, Sendable, CaseIterable {
        case refused
        case unavailable
        case notFound = "not-found"
        case methodNotAllowed = "method-not-allowed"
        case badRequest = "bad-request"
        case tooLarge = "too-large"
        case notSignedIn = "not-signed-in"
        case forbidden
        case badToken = "bad-service-token"
        case crossSite = "cross-site-request"
        case mayNotSpawn = "may-not-spawn"
        /// Not as things are now: it would leave nobody who can switch people on.
        case conflict
        case conversationGone = "conversation-gone"
        case `internal` = "internal"
    }

    package let status: HTTPResponse.Status
    package let kind: Kind
    /// What happened, for a person; may be shown as it is.
    package let detail: String
    package let headers: HTTPFields

    package init(_ status: HTTPResponse.Status, _ kind: Kind, _ detail: String, headers: HTTPFields = [:]) {
        self.status = status
        self.kind = kind
        self.detail = detail
        self.headers = headers
    }

    /// Nothing can be said now.
    /// - Parameter retryAfter: seconds.
    package static func unavailable(_ detail: String, retryAfter: Int) -> Problem {
        Problem(.serviceUnavailable, .unavailable, detail, headers: [.retryAfter: String(retryAfter)])
    }
}

extension Problem: HTTPResponseError {
    private struct Document: Encodable {
        let type: String
        let title: String
        let status: Int
        let detail: String
    }

    package func response(from request: Request, context: some RequestContext) throws -> Response {
        let document = Document(
            type: "urn:diycloud:problem:\(kind.rawValue)",
            title: status.reasonPhrase,
            status: status.code,
            detail: detail
        )
        var response = Response(status: status, headers: headers, body: .init(byteBuffer: try JSON.encode(document)))
        response.headers[.contentType] = "application/problem+json"
        response.headers[.cacheControl] = "no-store"
        return response
    }
}

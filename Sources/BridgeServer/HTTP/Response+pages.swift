import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// A page of HTML.
    static func page(_ html: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: html))
        )
    }

    /// Sends the browser on with GET, whatever it came with (RFC 9110 §15.4.4).
    /// - Parameter location: an address that has been checked.
    static func seeOther(_ location: String) -> Response {
        Response(status: .seeOther, headers: [.location: location])
    }
}

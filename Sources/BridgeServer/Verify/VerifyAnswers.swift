import Identity
import NIOCore

/// The answers to `/auth` as bytes, made once and sent many times.
///
/// Every answer has `Content-Length: 0`: nginx keeps the connection of an auth subrequest only when there is no body
/// (`ngx_http_auth_request_module`), and a kept connection is two thirds of the throughput.
struct VerifyAnswers: Sendable {
    static let forbidden = ByteBuffer(string: "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    /// nginx refuses an answer whose header block is larger than its `proxy_buffer_size`, 4 KiB by default.
    static let headerLimit = 4096

    /// The longest original address that is carried through the sign-in page, in bytes before encoding.
    static let returnAddressLimit = 1024

    /// The answer that lets `principal` pass. Values are percent-encoded where they are not plain ASCII, so that one
    /// header stays one line.
    static func allowed(_ principal: Principal) -> ByteBuffer {
        var text = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
        for (name, value) in identityHeaders(principal) { text += "\(name): \(value)\r\n" }
        return ByteBuffer(string: text + "\r\n")
    }

    /// The Remote-* headers of `principal`, ready to be sent; mail addresses over 320 characters (RFC 3696 §3) are left out.
    static func identityHeaders(_ principal: Principal) -> [(String, String)] {
        var headers = [
            ("Remote-User", principal.name.rawValue),
            ("Remote-Role", principal.role.rawValue),
            ("Remote-Groups", principal.groups.joined(separator: ",")),
        ]
        if let email = principal.email, email.utf8.count <= 320 {
            headers.append(("Remote-Email", email.encodedForHeader))
        }
        return headers
    }

    /// The answer for a stranger, with the sign-in page to send a browser to.
    /// - Parameter originalURI: the request target that nginx saw, bytes as sent.
    static func unauthenticated(originalURI: UnsafeRawBufferPointer?) -> ByteBuffer {
        let location = signInLocation(originalURI: originalURI)
        return ByteBuffer(string: "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nLocation: \(location)\r\n\r\n")
    }

    /// The sign-in page that leads back to `originalURI`, if that is short enough.
    static func signInLocation(originalURI: (some Collection<UInt8>)?) -> String {
        guard let originalURI, !originalURI.isEmpty, originalURI.count <= returnAddressLimit else { return "/login" }
        var location = "/login?rd="
        location.appendPercentEncoded(originalURI)
        return location
    }
}

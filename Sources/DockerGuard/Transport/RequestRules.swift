import DockerPolicy
import NIOHTTP1

/// Requests that two readers could understand in two ways are refused before anybody judges them (RFC 9112 §11.2).
///
/// The decoder has refused bare CR, folded fields and broken syntax already. The engine never sees the client's bytes but a request made
/// anew; this rule is what makes sure that the judge and the client mean the same one.
enum RequestRules {
    /// - Returns: why the connection must end, or `nil`.
    static func objection(to head: HTTPRequestHead) -> DockerRefusal? {
        guard head.version == .http1_1 || head.version == .http1_0 else {
            return .malformed("The guard speaks HTTP/1.1 only.", reason: "http-version")
        }
        guard head.uri.hasPrefix("/"), head.method != .CONNECT else {
            return .malformed("The request target must be a path.", reason: "target-form")
        }
        guard head.uri.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            return .malformed(
                "The request target holds characters that must be percent-encoded.",
                reason: "target-bytes"
            )
        }
        if head.headers["host"].count > 1 {
            return .malformed("The request has more than one Host header.", reason: "several-hosts")
        }
        return framing(of: head) ?? expectation(of: head)
    }

    private static func framing(of head: HTTPRequestHead) -> DockerRefusal? {
        let lengths = head.headers["content-length"]
        let codings = head.headers["transfer-encoding"]
        if lengths.count > 1 || codings.count > 1 || (!lengths.isEmpty && !codings.isEmpty) {
            return .malformed("The request says more than once how long its body is.", reason: "ambiguous-length")
        }
        if let length = lengths.first {
            let isNumber = !length.isEmpty && length.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
            guard isNumber, Int(length) != nil else {
                return .malformed("Content-Length is no number.", reason: "bad-length")
            }
        }
        if let coding = codings.first, coding.lowercased() != "chunked" || head.version == .http1_0 {
            return DockerRefusal(
                status: 501,
                message: "The only transfer coding that the guard knows is chunked.",
                reason: "transfer-coding"
            )
        }
        return nil
    }

    private static func expectation(of head: HTTPRequestHead) -> DockerRefusal? {
        let expected = head.headers["expect"]
        guard expected.count > 1 || expected.contains(where: { $0.lowercased() != "100-continue" }) else { return nil }
        return DockerRefusal(
            status: 417,
            message: "The only expectation that the guard meets is 100-continue.",
            reason: "expect"
        )
    }
}

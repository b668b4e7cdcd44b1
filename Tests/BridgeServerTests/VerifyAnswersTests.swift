import Foundation
import Identity
import NIOCore
import TestSupport
import Testing

@testable import BridgeServer

@Suite("Answers to nginx as bytes")
struct VerifyAnswersTests {
    private func allowed(email: String?) throws -> String {
        String(
            buffer: VerifyAnswers.allowed(
                Principal(name: try UserName(String(repeating: "a", count: 32)), role: .admin, email: email)
            )
        )
    }

    private static let emails = [
        "alice@example.org", "a\r\nRemote-Groups: diycloud-admins@x", "a\nb@x", "a\0b@x", "ålice@exämple.org",
        "\"a b\"@x",
        "a,b@x", "a%0d%0ab@x", "\u{2028}@x", "\u{202E}@x", "a\u{7f}@x", "👩‍🔬@x", "", " ",
        String(repeating: "é", count: 160),
        String(repeating: "a", count: 321), String(repeating: "👩‍🔬", count: 1000),
    ]

    @Test("one header stays one line of visible ASCII, whatever a mail address holds", arguments: emails)
    func oneLine(email: String) throws {
        let text = try allowed(email: email)
        let lines = text.components("\r\n")
        #expect(lines.count == (email.utf8.count <= 320 ? 8 : 7))
        #expect(lines.suffix(2) == ["", ""])
        #expect(lines.dropLast(2).allSatisfy { $0.utf8.allSatisfy { $0 >= 32 && $0 < 127 } })
        #expect(lines.filter { $0.hasPrefix("Remote-Groups:") } == ["Remote-Groups: diycloud-admins,diycloud-users"])
    }

    @Test("the header block is less than nginx's 4 KiB", arguments: emails)
    func size(email: String) throws {
        #expect(try allowed(email: email).utf8.count < VerifyAnswers.headerLimit)
    }

    @Test("a mail address can be decoded again", arguments: emails)
    func decodable(email: String) throws {
        guard email.utf8.count <= 320 else { return }
        let line = try #require(try allowed(email: email).components("\r\n").first { $0.hasPrefix("Remote-Email: ") })
        #expect(String(line.dropFirst("Remote-Email: ".count)).removingPercentEncoding == email)
    }

    @Test("the link of a stranger leads back by an address that is one value, whatever bytes it has")
    func signInLink() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<2000 {
            let uri = random.mutated(Array("/jupyter/user/alice?a=1&b=2#x".utf8))
            let location = VerifyAnswers.signInLocation(originalURI: uri)
            let value = location.dropFirst("/login?rd=".count)
            #expect(location.hasPrefix("/login?rd="))
            #expect(value.utf8.allSatisfy { $0 > 32 && $0 < 127 && !"&#?+\\\"<>".utf8.contains($0) })
        }
        #expect(VerifyAnswers.signInLocation(originalURI: [UInt8]?.none) == "/login")
        #expect(VerifyAnswers.signInLocation(originalURI: [UInt8]()) == "/login")
    }

    @Test("the longest link fits into nginx's buffer")
    func longestLink() {
        let uri = [UInt8](repeating: 0xFF, count: VerifyAnswers.returnAddressLimit)
        uri.withUnsafeBytes {
            #expect(VerifyAnswers.unauthenticated(originalURI: $0).readableBytes < VerifyAnswers.headerLimit)
        }
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [String] {
        // Not by characters: "\r\n" is one.
        var parts: [String] = []
        var rest = Substring(self).unicodeScalars
        let separator = Array(separator.unicodeScalars)
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}

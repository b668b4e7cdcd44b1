import TestSupport
import Testing

@testable import BridgeServer

@Suite("Finding a cookie")
struct CookieScannerTests {
    private func values(_ header: [UInt8], name: String = "sid") -> [String] {
        var found: [String] = []
        header.withUnsafeBytes { bytes in
            CookieScanner(name: Array(name.utf8)).forEachValue(in: bytes) {
                found.append(String(decoding: $0, as: UTF8.self))
            }
        }
        return found
    }

    private func values(_ header: String) -> [String] { values(Array(header.utf8)) }

    @Test(
        "the value is what stands between the first = and the next ;",
        arguments: [
            ("sid=1", ["1"]), ("a=b; sid=1; c=d", ["1"]), ("a=b;sid=1", ["1"]), ("a=b;\t  sid=1;", ["1"]),
            ("sid=", [""]),
            ("sid=a=b", ["a=b"]), ("sid=1 ; x", ["1 "]), ("sid=\"1\"", ["\"1\""]), ("sid=1; sid=2", ["1", "2"]),
            (";;;sid=1", ["1"]),
        ]
    )
    func found(header: String, expected: [String]) {
        #expect(values(header) == expected)
    }

    @Test(
        "another name is another cookie",
        arguments: [
            "", ";", "sid", "sid;", "SID=1", "xsid=1", "sidx=1", "sid =1", "x=sid=1", "=sid=1", "sid\u{0}=1",
            "a=b sid=1",
        ]
    )
    func notFound(header: String) {
        #expect(values(header).isEmpty)
    }

    @Test("after four of them nobody looks any further")
    func limit() {
        let header = (1...50).map { "sid=\($0)" }.joined(separator: "; ")
        #expect(values(header) == ["1", "2", "3", "4"])
    }

    @Test("any bytes are read to their end")
    func fuzz() {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<10_000 {
            let bytes = random.mutated(Array("a=b; sid=1; sid; c=d;".utf8))
            #expect(values(bytes).count <= 4)
        }
    }
}

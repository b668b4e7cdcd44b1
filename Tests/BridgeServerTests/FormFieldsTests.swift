import TestSupport
import Testing

@testable import BridgeServer

@Suite("The fields of a form")
struct FormFieldsTests {
    private func fields(_ text: String) throws -> FormFields { try FormFields(encoded: Array(text.utf8)) }

    @Test(
        "names and values are decoded",
        arguments: [
            ("a=b", "b"), ("a=b+c", "b c"), ("a=%C3%A4", "ä"), ("a=%2b%26%3D", "+&="), ("a=", ""), ("a", ""),
            ("a=b=c", "b=c"),
            ("x=y&a=b&z", "b"), ("&&a=b&&", "b"), ("%61=b", "b"), ("a=%00", "\0"),
        ]
    )
    func decoded(text: String, value: String) throws {
        #expect(try fields(text)["a"] == value)
    }

    @Test("a field that is there twice has no value, but all of them")
    func repeated() throws {
        let fields = try fields("a=1&b=2&a=3&%61=4")
        #expect(fields["a"] == nil)
        #expect(fields.all("a") == ["1", "3", "4"])
        #expect(fields["c"] == nil)
        #expect(fields.all("c").isEmpty)
    }

    @Test(
        "what cannot be decoded is refused as a whole",
        arguments: [
            "a=%", "a=%4", "a=%zz", "%=b", "a=%%41", "a=%FF", "a=%C3", "a=%ED%A0%80", "a=%C0%AE", "%FF=b", "a=b&c=%F8",
        ]
    )
    func refused(text: String) {
        #expect(throws: Problem.self) { try fields(text) }
    }

    @Test("any bytes are read or refused, and never more than was sent")
    func fuzz() {
        var random = SeededGenerator(seed: 5)
        var read = 0
        for _ in 0..<20_000 {
            let bytes = random.mutated(Array("username=alice&password=c%C3%B6rrect+horse&rd=%2F&csrf=x".utf8))
            guard let fields = try? FormFields(encoded: bytes) else { continue }
            read += 1
            #expect(fields.all("password").joined().utf8.count <= bytes.count)
        }
        #expect(read > 5000)
    }
}

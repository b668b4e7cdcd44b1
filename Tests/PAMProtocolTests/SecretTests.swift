import PAMProtocol
import Testing

@Suite("Secrets")
struct SecretTests {
    @Test("511 bytes are the most, NUL is none, and a password is not empty")
    func limits() throws {
        #expect(try Secret(String(repeating: "x", count: 511)).count == 511)
        #expect(throws: SecretError.tooLong(length: 512)) { try Secret(String(repeating: "x", count: 512)) }
        #expect(throws: SecretError.tooLong(length: 512)) { try Secret(String(repeating: "é", count: 256)) }
        #expect(throws: SecretError.containsNUL) { try Secret("secret\0tail") }
        #expect(throws: SecretError.empty) { try Secret(password: "") }
        #expect(try Secret("").count == 0)
    }

    @Test("a secret shows itself neither in text nor in a dump")
    func isNeverShown() throws {
        let secret = try Secret("correct horse")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped] { #expect(!text.contains("horse")) }
        #expect(secret == (try Secret("correct horse")))
        #expect(secret != (try Secret("correct hors3")))
    }
}

import Identity
import Testing

@Suite("What somebody types as their name")
struct SignInNameTests {
    @Test(
        "every spelling of one account counts as that account (CVE-2025-24806, CVE-2026-47203)",
        arguments: ["alice", "Alice", "ALICE", "alice ", " alice", "alice@example.com", "ａlice", "alice\0", "\talice"]
    )
    func oneBucket(_ typed: String) {
        #expect(SignInName(typed: typed).regulationKey == "alice")
    }

    @Test("case and surrounding blanks do not keep a person out", arguments: ["alice", "Alice", " ALICE "])
    func account(_ typed: String) {
        #expect(SignInName(typed: typed).account?.rawValue == "alice")
    }

    @Test(
        "look-alikes never become the account",
        arguments: ["alice@example.com", "ａlice", "alice\0", "al\u{200B}ice", ""]
    )
    func lookalikes(_ typed: String) {
        #expect(SignInName(typed: typed).account == nil)
    }

    @Test("any text gives a short printable key")
    func anyText() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            let scalars = (0..<Int.random(in: 0...300, using: &generator)).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &generator))
            }
            let name = SignInName(typed: String(String.UnicodeScalarView(scalars)))
            #expect(name.regulationKey.utf8.count <= 64)
            #expect(name.regulationKey.utf8.allSatisfy { $0 > 32 && $0 < 127 })
        }
    }
}

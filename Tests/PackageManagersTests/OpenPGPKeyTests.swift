import HostPrograms
import TestSupport
import Testing

@testable import PackageManagers

@Suite("OpenPGP keys of repositories")
struct OpenPGPKeyTests {
    /// A key that gpg made, armored and not, and the fingerprint that gpg says of it.
    private func made() async throws -> (armored: [UInt8], packets: [UInt8], fingerprint: String) {
        let directory = try TemporaryDirectory()
        let result = try await SystemPrograms().run(
            "sh",
            [
                "-c",
                """
                export GNUPGHOME='\(directory.root)'; chmod 700 "$GNUPGHOME"
                gpg --batch --quiet --passphrase '' --quick-generate-key 'a@example.org' rsa2048 default never 2>/dev/null
                gpg --batch --armor --export; echo ----; gpg --batch --export | od -An -v -tu1; echo ----
                gpg --batch --with-colons --fingerprint 2>/dev/null | awk -F: '$1 == "fpr" { print $10; exit }'
                gpgconf --kill all
                """,
            ]
        )
        let parts = result.output.split(separator: "\n----\n")
        try #require(parts.count == 3, "\(result)")
        let packets = parts[1].split(whereSeparator: \.isWhitespace).compactMap { UInt8($0) }
        return (Array(parts[0].utf8), packets, String(parts[2].filter { !$0.isNewline }))
    }

    @Test("its fingerprint is the one that gpg says, armored or not; and it comes back through our own armor")
    func fingerprint() async throws {
        let made = try await made()
        let armored = try OpenPGPKey(parsing: made.armored)
        #expect(armored.fingerprints == [made.fingerprint])
        #expect(try OpenPGPKey(parsing: made.packets) == armored)
        #expect(try OpenPGPKey(parsing: Array(armored.armored.utf8)) == armored)
        let framed = Array("some words\r\n".utf8) + made.armored + Array("\nmore words\n".utf8)
        #expect(try OpenPGPKey(parsing: framed) == armored)
    }

    @Test("what is no key is refused, with a reason")
    func refused() {
        let texts = ["", "hello", "<html>Not Found</html>", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n"]
        for text in texts {
            #expect(throws: OpenPGPKey.Unreadable.self) { try OpenPGPKey(parsing: Array(text.utf8)) }
        }
    }

    @Test(
        "a changed key has another fingerprint, is refused, or is changed only in what its fingerprint does not cover"
    )
    func fuzz() async throws {
        let made = try await made()
        var random = SeededGenerator(seed: 7)
        for _ in 0..<5000 {
            let packets = random.mutated(made.packets)
            guard let key = try? OpenPGPKey(parsing: packets) else { continue }
            #expect(key.fingerprints.allSatisfy { $0.count == 40 })
            #expect(try OpenPGPKey(parsing: Array(key.armored.utf8)) == key)
            _ = try? OpenPGPKey(parsing: random.mutated(made.armored))
        }
    }
}

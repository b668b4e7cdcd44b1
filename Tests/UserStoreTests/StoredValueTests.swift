import Crypto
import Foundation
import Identity
import Testing

@testable import UserStore

extension ByteCount {
    var storeTextForTest: String { storeText }
}

@Suite("Single values of the store")
struct StoredValueTests {
    @Test("only a sane number is a number of cores")
    func cores() {
        #expect(StoredCPULimit(.real(1.5)) == .cores(1.5))
        #expect(StoredCPULimit(.integer(2)) == .cores(2))
        for value: StoredValue in [
            .text("lots"), .text("2"), .null, .real(0), .real(-1), .real(.nan), .real(.infinity), .real(1e-300),
            .real(4097),
            .integer(0), .integer(-1), .integer(.max), .blob(byteCount: 1),
        ] {
            #expect(StoredCPULimit(value) == .refused)
        }
    }

    @Test("a flag is a 0, a 1, or a word that says it")
    func flags() {
        #expect(StoredFlag(.integer(1)) == .plain(true))
        #expect(StoredFlag(.integer(0)) == .plain(false))
        for word in ["yes", "Yes", "TRUE", "on", "1"] { #expect(StoredFlag(.text(word)) == .word(true)) }
        for word in ["no", "No", "FALSE", "off", "0", ""] { #expect(StoredFlag(.text(word)) == .word(false)) }
        for value: StoredValue in [
            .null, .integer(2), .integer(-1), .real(1), .text("maybe"), .text("yes\0"), .blob(byteCount: 1),
        ] {
            #expect(StoredFlag(value) == .unknown)
        }
    }

    @Test(
        "a mail address goes into a header or not at all",
        arguments: [
            ("bob@example.org", true), ("admin@localhost", true), ("d'a@x", true), ("a+b.c@x-y.z", true),
            ("bob", false), ("@x", false),
            ("a@", false), ("a b@x", false), ("a@x\r\nRemote-User: root", false), ("a@x\0", false), ("é@x", false),
            ("<a@x>", false),
            ("a@b@c", false), (String(repeating: "a", count: 255) + "@x", false),
        ] as [(String, Bool)]
    )
    func emails(text: String, isAddress: Bool) {
        #expect(StoredEmail(.text(text)) == (isAddress ? .address(text) : .refused))
    }

    @Test("the hash of a password that everybody knows is known for it, and each such hash is right")
    func wellKnown() {
        for (hash, name) in WellKnownPasswords.names {
            let password = name == "(empty)" ? "" : name
            #expect(SHA256.hash(data: Data(password.utf8)).map { String(format: "%02x", $0) }.joined() == hash)
            #expect(StorePassword(.text(hash)) == .wellKnown(hash))
        }
        #expect(WellKnownPasswords.names.keys.contains { $0.hasPrefix("749f09ba") && $0.hasSuffix("f65d70") })
    }

    @Test("a password column is a legacy hash, nothing, or unknown")
    func passwords() {
        let hash = String(repeating: "0123456789abcdef", count: 4)
        #expect(StorePassword(.text(hash)) == .legacySHA256(hash))
        #expect(StorePassword(PackedPassword(.legacySHA256(hash))) == .legacySHA256(hash))
        for text in ["", "PLACEHOLDER", "!", "*", "x"] { #expect(StorePassword(.text(text)) == .none) }
        #expect(StorePassword(.null) == .none)
        for text in [
            hash.uppercased(), hash + "0", String(hash.dropLast()), "$6$salt$hash", hash + "\0", "placeholder",
        ] {
            #expect(StorePassword(.text(text)) == .unknown)
        }
    }

    @Test("a packed hash is the hash, whatever its digits")
    func packing() {
        for _ in 0..<1000 {
            let hash = (0..<64).map { _ in String(Int.random(in: 0...15), radix: 16) }.joined()
            #expect(StorePassword(PackedPassword(.legacySHA256(hash))) == .legacySHA256(hash))
        }
    }

    @Test("a raw value is printed so that it cannot play tricks on a terminal")
    func printable() {
        #expect(StoredValue.text("a\u{1B}[2Jb\n").printable == "a\\u{1b}[2Jb\\u{a}")
        #expect(StoredValue.text("\u{202E}gnp").printable == "\\u{202e}gnp")
        #expect(StoredValue.text(String(repeating: "x", count: 1000)).printable?.count == 121)
        #expect(StoredValue.null.printable == nil)
    }
}

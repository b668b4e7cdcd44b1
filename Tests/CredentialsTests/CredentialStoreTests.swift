import BridgeDatabase
import Crypto
import GRDB
import Identity
import TestSupport
import Testing

@testable import Credentials

@Suite("Store passwords")
struct CredentialStoreTests {
    let directory: TemporaryDirectory
    let database: BridgeDatabase
    let store: CredentialStore
    let alice: UserName

    init() throws {
        directory = try TemporaryDirectory()
        database = try BridgeDatabase.open(path: directory.path("bridge.db"))
        store = try CredentialStore(database: database)
        alice = try UserName("alice")
    }

    private func legacy(_ password: String) -> String {
        SHA256.hash(data: Array(password.utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func verify(_ password: String, legacy: String? = nil) async throws -> CredentialVerdict {
        try await store.verify(password, for: alice, legacy: legacy, now: 1)
    }

    @Test("a password that was set is the only one that is right")
    func setAndVerify() async throws {
        try await store.set("correct horse", for: alice, superseding: nil, now: 1)
        #expect(try await verify("correct horse") == .accepted)
        for wrong in ["correct hors", "correct horse ", "Correct horse", "", "correct horse\0"] {
            #expect(try await verify(wrong) == .refused)
        }
        #expect(try await store.hash(of: alice)?.hasPrefix("$y$") == true)
        #expect(try await store.verify("correct horse", for: UserName("bob"), legacy: nil, now: 1) == .refused)
    }

    @Test("two people with one password have two hashes")
    func salted() async throws {
        let bob = try UserName("bob")
        try await store.set("same", for: alice, superseding: nil, now: 1)
        try await store.set("same", for: bob, superseding: nil, now: 1)
        #expect(try await store.hash(of: alice) != store.hash(of: bob))
    }

    @Test("the old SHA-256 counts once; from then on a yescrypt hash of the same password does")
    func legacyOnce() async throws {
        let old = legacy("secret")
        #expect(try await verify("wrong", legacy: old) == .refused)
        #expect(try await store.hash(of: alice) == nil)
        #expect(try await verify("secret", legacy: old) == .acceptedLegacy)
        #expect(try await verify("secret", legacy: old) == .accepted)
        #expect(try await store.hash(of: alice)?.hasPrefix("$y$") == true)
    }

    @Test("after the password was changed here, the old hash in the store opens nothing")
    func legacyIsUsedUp() async throws {
        let old = legacy("secret")
        #expect(try await verify("secret", legacy: old) == .acceptedLegacy)
        try await store.set("changed", for: alice, superseding: old, now: 2)
        #expect(try await verify("secret", legacy: old) == .refused)
        #expect(try await verify("changed", legacy: old) == .accepted)
    }

    @Test("a hash that an administrator sets with the old tools is the newer password, and replaces ours")
    func legacyReset() async throws {
        let old = legacy("first")
        #expect(try await verify("first", legacy: old) == .acceptedLegacy)
        let reset = legacy("second")
        #expect(try await verify("first", legacy: reset) == .refused)
        #expect(try await verify("second", legacy: reset) == .acceptedLegacy)
        #expect(try await verify("second", legacy: reset) == .accepted)
    }

    @Test("when the store's old hash is purged, ours counts on and no fast hash of the password remains in the file")
    func purgedLegacy() async throws {
        #expect(try await verify("secret", legacy: legacy("secret")) == .acceptedLegacy)
        #expect(try await verify("secret", legacy: nil) == .accepted)
        let marks = try await database.read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM credentials WHERE legacy_mark IS NOT NULL")
        }
        #expect(marks == 0)
    }

    @Test("a password that a Linux account took over counts no more, nor does the old hash, until another is set")
    func retired() async throws {
        let old = legacy("secret")
        #expect(try await verify("secret", legacy: old) == .acceptedLegacy)
        try await store.retire(alice, now: 2)
        #expect(try await store.hash(of: alice) == nil)
        for password in ["secret", "!", ""] {
            #expect(try await verify(password, legacy: old) == .refused)
            #expect(try await verify(password, legacy: nil) == .refused)
        }
        try await store.set("another", for: alice, superseding: nil, now: 3)
        #expect(try await verify("another") == .accepted)
    }

    @Test("a namesake does not inherit a removed user's password")
    func removed() async throws {
        try await store.set("secret", for: alice, superseding: nil, now: 1)
        try await store.remove(alice)
        #expect(try await verify("secret") == .refused)
    }

    @Test("empty, NUL and 512 bytes are refused, 511 bytes are taken whole")
    func limits() async throws {
        let longest = String(repeating: "x", count: 511)
        try await store.set(longest, for: alice, superseding: nil, now: 1)
        #expect(try await verify(longest) == .accepted)
        #expect(try await verify(longest.dropLast() + "y") == .refused)
        for bad in ["", "a\0b", longest + "x", String(repeating: "é", count: 256)] {
            #expect(!PasswordRule.allows(bad))
            await #expect(throws: CredentialError.unacceptablePassword) {
                try await store.set(bad, for: alice, superseding: nil, now: 1)
            }
            #expect(try await verify(bad, legacy: legacy(bad)) == .refused)
        }
        #expect(try await verify(longest) == .accepted)
    }

    @Test(
        "what is no hash is nobody's password",
        arguments: [
            "*", "!", "", "$y$", "$y$j9T$", "secret", "$6$", "*0", "*1",
        ]
    )
    func rubbishHash(hash: String) throws {
        let hasher = try PasswordHasher()
        #expect(!hasher.isPassword("secret", of: hash))
        #expect(!hasher.isPassword(hash, of: hash))
    }

    @Test("without yescrypt the next method is taken, and with none the error says what to do")
    func fallback() throws {
        let sha512 = try PasswordHasher(preferring: [.sha512])
        #expect(sha512.method == .sha512)
        let hash = try #require(sha512.hash("secret"))
        #expect(hash.hasPrefix("$6$rounds=656000$"))
        #expect(try PasswordHasher().isPassword("secret", of: hash))
        let error = #expect(throws: CredentialError.self) { try PasswordHasher(preferring: []) }
        #expect(error?.description.contains("libxcrypt") == true)
    }

    @Test("more checks than the queue holds are refused at once, the others are all answered")
    func overload() async throws {
        let queue = HashingQueue(width: 1, limit: 2)
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        try await queue.run { _ = try? PasswordHasher().hash("x") }
                        return true
                    } catch {
                        #expect(error as? CredentialError == .overloaded)
                        return false
                    }
                }
            }
            return await group.reduce(into: (done: 0, refused: 0)) { counts, isDone in
                if isDone { counts.done += 1 } else { counts.refused += 1 }
            }
        }
        #expect(outcomes.done >= 3)
        #expect(outcomes.done + outcomes.refused == 20)
        #expect(try await queue.run { 7 } == 7, "and places are free again")
    }

    @Test("an unknown user costs the same work as a known one")
    func dummy() async throws {
        try await store.dummyVerify("anything")
        let hasher = try PasswordHasher()
        let one = try #require(hasher.hash("a"))
        let other = try #require(hasher.hash("b"))
        // Same method and same parameters: the setting up to the salt.
        #expect(one.split(separator: "$").prefix(2) == other.split(separator: "$").prefix(2))
    }

    @Test("the static legacy check knows the platform's well-known vector")
    func legacyVector() {
        let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(CredentialStore.isLegacyPassword("abc", of: hash))
        #expect(!CredentialStore.isLegacyPassword("abd", of: hash))
        #expect(!CredentialStore.isLegacyPassword("abc", of: hash.uppercased()))
        #expect(!CredentialStore.isLegacyPassword("abc", of: "PLACEHOLDER"))
    }
}

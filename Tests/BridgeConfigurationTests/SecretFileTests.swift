import BridgeConfiguration
import Foundation
import Testing

@Suite("secret files")
struct SecretFileTests {
    private let secret = String(repeating: "s3cret-", count: 6)

    /// Makes a file, hands its path on, and removes it.
    private func withFile(_ text: String, mode: Int, _ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "secret-\(UUID().uuidString)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test(
        "a file that only its owner can read gives its secret without white space around it",
        arguments: [0o600, 0o400]
    )
    func privateFile(mode: Int) throws {
        try withFile("  \(secret)\n", mode: mode) { path throws in
            #expect(try SecretFile.load(path: path).secret == secret)
        }
    }

    @Test("a group may read it only if it is the service's", .enabled(if: geteuid() == 0))
    func groupReadable() throws {
        try withFile(secret, mode: 0o640) { path throws in
            try FileManager.default.setAttributes([.groupOwnerAccountID: 12345], ofItemAtPath: path)
            #expect(throws: SecretFileError.tooOpen(path: path, mode: 0o640)) { try SecretFile.load(path: path) }
            #expect(try SecretFile.load(path: path, serviceUser: 1, serviceGroup: 12345).secret == secret)
        }
    }

    @Test(
        "a file that others can read or change is refused with the command that mends it",
        arguments: [0o644, 0o604, 0o620, 0o602, 0o666]
    )
    func tooOpen(mode: Int) throws {
        try withFile(secret, mode: mode) { path throws in
            let error = #expect(throws: SecretFileError.self) { try SecretFile.load(path: path) }
            #expect(error?.description.contains("chmod 0600 \(path)") == true)
        }
    }

    @Test("a file of somebody else is refused", .enabled(if: geteuid() == 0))
    func foreignOwner() throws {
        try withFile(secret, mode: 0o600) { path throws in
            try FileManager.default.setAttributes([.ownerAccountID: 12345], ofItemAtPath: path)
            #expect(throws: SecretFileError.foreignOwner(path: path, owner: 12345)) { try SecretFile.load(path: path) }
            #expect(try SecretFile.load(path: path, serviceUser: 12345).secret == secret)
        }
    }

    @Test("empty, short, many-worded and binary files are refused")
    func content() throws {
        try withFile(" \n", mode: 0o600) { path throws in
            #expect(throws: SecretFileError.empty(path: path)) { try SecretFile.load(path: path) }
        }
        try withFile("0123456789012345678901234567890\n", mode: 0o600) { path throws in
            #expect(throws: SecretFileError.tooShort(path: path, length: 31)) { try SecretFile.load(path: path) }
        }
        for text in ["\(secret) \(secret)", "\(secret)\n\(secret)", "\(secret)ä", String(repeating: "x", count: 9000)] {
            try withFile(text, mode: 0o600) { path throws in
                #expect(throws: SecretFileError.malformed(path: path)) { try SecretFile.load(path: path) }
            }
        }
    }

    @Test("a directory, a pipe and nothing at all are refused without hanging")
    func notRegular() throws {
        #expect(throws: SecretFileError.notRegular(path: "/tmp")) { try SecretFile.load(path: "/tmp") }
        #expect(throws: SecretFileError.missing(path: "/nonexistent")) { try SecretFile.load(path: "/nonexistent") }
        let pipe = NSTemporaryDirectory() + "pipe-\(UUID().uuidString)"
        try #require(mkfifo(pipe, 0o600) == 0)
        defer { unlink(pipe) }
        #expect(throws: SecretFileError.notRegular(path: pipe)) { try SecretFile.load(path: pipe) }
    }

    @Test("printing or dumping it does not show the secret")
    func isNotPrinted() throws {
        try withFile(secret, mode: 0o600) { path throws in
            let file = try SecretFile.load(path: path)
            var dumped = ""
            dump([file], to: &dumped)
            #expect(!"\(file) \(String(reflecting: file)) \(dumped)".contains("s3cret"))
        }
    }
}

import Foundation
import HostAccounts
import TestSupport
import Testing

@Suite("The mark of the account files")
struct AccountFilesTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        for name in ["passwd", "shadow", "group"] { try write(name, "alice:x:1000\n") }
    }

    private func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: directory.path(name)))
    }

    @Test("stays the same while nothing changes")
    func same() { #expect(AccountFiles.now(in: directory.root) == .now(in: directory.root)) }

    @Test("differs after each change", arguments: ["passwd", "shadow", "group"])
    func changed(name: String) throws {
        let before = AccountFiles.now(in: directory.root)
        try write(name, "alice:!x:1000\n")
        let after = AccountFiles.now(in: directory.root)
        #expect(before != after)
        try FileManager.default.removeItem(atPath: directory.path(name))
        #expect(after != .now(in: directory.root))
    }

    @Test("differs when a file of the same size and time takes the place of another, as vipw and usermod do it")
    func replaced() throws {
        let before = AccountFiles.now(in: directory.root)
        let times =
            try FileManager.default.attributesOfItem(atPath: directory.path("shadow"))[.modificationDate] as? Date
        try write("shadow.new", "alice:y:1000\n")
        try FileManager.default.setAttributes(
            [.modificationDate: try #require(times)],
            ofItemAtPath: directory.path("shadow.new")
        )
        #expect(rename(directory.path("shadow.new"), directory.path("shadow")) == 0)
        #expect(before != .now(in: directory.root))
    }

    @Test("a directory without them has a mark too")
    func missing() { #expect(AccountFiles.now(in: "/nonexistent") == .now(in: "/nonexistent")) }
}

import Foundation
import Glibc
import Testing

@testable import Installer

@Suite("Who may read the user store")
struct StoreAccessTests {
    /// A tree with a store, whose group is that of the test; the bridge's is another, or the same.
    private struct Tree {
        let root = FileManager.default.temporaryDirectory.appending(path: "diycloud-store-\(UUID())").path
        let path: String
        let mine = getgid()

        init(_ path: String = StoreStep.usual, directory: UInt32, file: UInt32) throws {
            self.path = path
            let parent = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: root + parent, withIntermediateDirectories: true)
            _ = FileManager.default.createFile(atPath: root + path, contents: Data())
            chmod(root + parent, directory)
            chmod(root + path, file)
        }

        func access(_ group: UInt32? = nil) -> StoreAccess {
            StoreAccess(path: path, root: root, group: group ?? mine, isUsualPlace: path == StoreStep.usual)
        }

        func mode(_ path: String) -> UInt32 {
            var status = stat()
            return lstat(root + path, &status) == 0 ? status.st_mode & 0o7777 : 0
        }

        func remove() { try? FileManager.default.removeItem(atPath: root) }
    }

    @Test("a store that everybody could write is opened to the bridge for reading, and to nobody else")
    func everybody() throws {
        let tree = try Tree(directory: 0o777, file: 0o666)
        defer { tree.remove() }
        try tree.access().open(to: tree.mine)
        #expect(tree.mode("/opt/diycloud/usermgmt/db") == 0o750)
        #expect(tree.mode(StoreStep.usual) == 0o640)
        #expect(try tree.access().closed() == [])
    }

    @Test("what is right already is left alone")
    func right() throws {
        let tree = try Tree(directory: 0o750, file: 0o640)
        defer { tree.remove() }
        #expect(try tree.access().closed() == [])
        // Of another group it is closed to the bridge.
        #expect(try tree.access(tree.mine + 1).closed().map(\.path) == ["/opt/diycloud/usermgmt/db", StoreStep.usual])
    }

    @Test("what SQLite keeps beside it is opened, too")
    func journal() throws {
        let tree = try Tree(directory: 0o750, file: 0o640)
        defer { tree.remove() }
        _ = FileManager.default.createFile(atPath: tree.root + StoreStep.usual + "-wal", contents: Data())
        chmod(tree.root + StoreStep.usual + "-wal", 0o600)
        #expect(try tree.access().closed().map(\.path) == [StoreStep.usual + "-wal"])
    }

    @Test("a directory elsewhere, in which others have things, keeps its mode when the bridge can pass")
    func shared() throws {
        let tree = try Tree("/srv/users.db", directory: 0o1777, file: 0o600)
        defer { tree.remove() }
        try tree.access().open(to: tree.mine)
        #expect(tree.mode("/srv") == 0o1777)
        #expect(tree.mode("/srv/users.db") == 0o640)
    }

    @Test("a directory on the way that is closed is opened for passing only", arguments: [0o700, 0o710] as [UInt32])
    func closed(_ mode: UInt32) throws {
        let tree = try Tree(directory: 0o750, file: 0o640)
        defer { tree.remove() }
        chmod(tree.root + "/opt/diycloud", mode)
        let items = try tree.access(tree.mine + 1).closed()
        #expect(items.first?.path == "/opt/diycloud")
        #expect(items.first?.wantedMode == 0o710)
    }

    @Test("a link is not followed")
    func link() throws {
        let tree = try Tree("/srv/store/users.db", directory: 0o750, file: 0o640)
        defer { tree.remove() }
        _ = FileManager.default.createFile(atPath: tree.root + "/secret", contents: Data())
        chmod(tree.root + "/secret", 0o600)
        symlink(tree.root + "/secret", tree.root + "/srv/store/users.db-wal")
        try tree.access().open(to: tree.mine)
        #expect(tree.mode("/secret") == 0o600)
    }

    @Test("of a store that we make everything goes back to root, but not what was there")
    func made() throws {
        let tree = try Tree(directory: 0o750, file: 0o640)
        defer { tree.remove() }
        try FileManager.default.removeItem(atPath: "\(tree.root)/opt/diycloud/usermgmt")
        let made = tree.access().made
        #expect(
            made.prefix(3).map(\.path) == [
                "/opt/diycloud/usermgmt", "/opt/diycloud/usermgmt/db", StoreStep.usual,
            ]
        )
        #expect(made.allSatisfy { $0.group == 0 && $0.mode & 0o077 == 0 })
    }
}

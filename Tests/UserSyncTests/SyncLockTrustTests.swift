import Glibc
import TestSupport
import Testing

@testable import UserSync

@Suite("The lock of a run, among people who mean no good")
struct SyncLockTrustTests {
    private func with(_ body: (_ path: String) throws -> Void) throws {
        let directory = try TemporaryDirectory()
        try withExtendedLifetime(directory) { try body(directory.path("sync.lock")) }
    }

    private func mode(_ path: String) -> UInt32 {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    /// Opens the file as somebody without rights.
    private func canOpenUnprivileged(_ path: String) throws -> Bool {
        try status(of: ["setpriv", "--reuid=61234", "--regid=61234", "--clear-groups", "flock", "-n", path, "true"])
            == 0
    }

    private func status(of arguments: [String]) throws -> Int32 {
        var strings = arguments.map { strdup($0) } + [nil]
        defer { for string in strings { free(string) } }
        var pid: pid_t = 0
        guard posix_spawnp(&pid, arguments[0], nil, nil, &strings, environ) == 0 else { throw Failure() }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return (status >> 8) & 0xff
    }

    private struct Failure: Error {}

    @Test("nobody but root can take it, not even one that an earlier version left open to all")
    func closed() throws {
        try with { path in
            chmod(String(path.dropLast("/sync.lock".count)), 0o755)
            close(open(path, O_CREAT | O_RDWR, 0o644))
            chmod(path, 0o644)
            #expect(try canOpenUnprivileged(path), "the test can tell")
            let lock = try SyncLock(path: path, command: "a run", now: 1)
            #expect(mode(path) == 0o600)
            #expect(try !canOpenUnprivileged(path))
            #expect(SyncLock.holder(path: path)?.pid == getpid())
            #expect(throws: SyncLock.Failure.self) { try SyncLock(path: path, command: "another", now: 2) }
            withExtendedLifetime(lock) {}
        }
    }

    @Test("a file of somebody else's, or one where others may write, is refused with the reason")
    func refused() throws {
        try with { path in
            close(open(path, O_CREAT | O_RDWR, 0o600))
            chown(path, 61_234, 61_234)
            #expect(throws: SyncLock.Failure.unusable(path: path, reason: "it belongs to uid 61234")) {
                try SyncLock(path: path, command: "a run", now: 1)
            }
            unlink(path)
            let directory = String(path.dropLast("/sync.lock".count))
            chmod(directory, 0o777)
            #expect(throws: SyncLock.Failure.self) { try SyncLock(path: path, command: "a run", now: 1) }
            chmod(directory, 0o700)
            chown(directory, 61_234, 61_234)
            #expect(throws: SyncLock.Failure.self) { try SyncLock(path: path, command: "a run", now: 1) }
            chown(directory, 0, 0)
        }
    }

    @Test("what a file says of a process that is gone, or not root's, is not believed")
    func stale() throws {
        try with { path in
            // A lock that is held, by us, with the text of somebody else in it.
            let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
            defer { close(descriptor) }
            #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
            for text in ["999999999 1 diycloud-bridge sync-users --watch\n", "nonsense\n", ""] {
                ftruncate(descriptor, 0)
                pwrite(descriptor, text, text.utf8.count, 0)
                #expect(SyncLock.holder(path: path) == nil)
                #expect(throws: SyncLock.Failure.held(by: nil)) { try SyncLock(path: path, command: "a run", now: 1) }
            }
        }
    }
}

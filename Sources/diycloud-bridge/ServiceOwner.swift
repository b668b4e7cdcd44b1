import ArgumentParser
import Glibc

/// The account that the bridge's files belong to.
enum ServiceOwner {
    /// Who called the command, for the audit log: the account behind sudo(8) if there is one.
    static let caller: String = {
        let uid = getuid()
        guard uid == 0, let name = getenv("SUDO_USER").map({ String(cString: $0) }) else { return "uid \(uid)" }
        return "uid 0 (sudo by \(name))"
    }()

    /// Gives up root in favour of the owner of a file, or of its directory when the file is missing. Does nothing for
    /// others than root, and nothing when root is the owner.
    static func stepDown(toOwnerOf path: String) throws {
        // Asked for before the identity changes.
        _ = caller
        guard geteuid() == 0 else { return }
        var status = stat()
        let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        guard lstat(path, &status) == 0 || stat(directory, &status) == 0 else { return }
        guard status.st_uid != 0 else { return }
        var group = status.st_gid
        guard setgroups(1, &group) == 0, setgid(group) == 0, setuid(status.st_uid) == 0 else {
            throw ValidationError("cannot become uid \(status.st_uid): \(String(cString: strerror(errno)))")
        }
    }

    /// Does something with the rights of the owner of a file, and has root's back afterwards.
    ///
    /// For commands that must write the user store as root and the bridge database as its owner; see ``stepDown(toOwnerOf:)`` for why.
    static func actingAsOwner(of path: String, _ body: () async throws -> Void) async throws {
        var status = stat()
        let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        guard geteuid() == 0, lstat(path, &status) == 0 || stat(directory, &status) == 0, status.st_uid != 0 else {
            return try await body()
        }
        let count = getgroups(0, nil)
        var groups = [gid_t](repeating: 0, count: max(0, Int(count)))
        _ = getgroups(count, &groups)
        var group = status.st_gid
        guard setgroups(1, &group) == 0, setegid(group) == 0, seteuid(status.st_uid) == 0 else {
            throw ValidationError("cannot act as uid \(status.st_uid): \(String(cString: strerror(errno)))")
        }
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        guard seteuid(0) == 0, setegid(0) == 0, setgroups(groups.count, groups) == 0 else {
            throw ValidationError("cannot act as root again: \(String(cString: strerror(errno)))")
        }
        try outcome.get()
    }
}

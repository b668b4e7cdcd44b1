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

    /// Whom a file belongs to.
    ///
    /// That is the owner of its directory, since a hard link in there, made by that owner, can have any other's. Only where the directory
    /// is root's the owner of the file counts, if there is one.
    /// - Returns: `nil` when root is the owner, or nothing can be seen.
    private static func owner(of path: String) -> (user: uid_t, group: gid_t)? {
        var status = stat()
        let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        guard stat(directory, &status) == 0 else { return nil }
        if status.st_uid == 0, lstat(path, &status) != 0 { return nil }
        return status.st_uid == 0 ? nil : (status.st_uid, status.st_gid)
    }

    /// Gives up root in favour of the one to whom a file belongs. Does nothing for others than root, and nothing when it is root's.
    static func stepDown(toOwnerOf path: String) throws {
        // Asked for before the identity changes.
        _ = caller
        guard geteuid() == 0, let owner = owner(of: path) else { return }
        var group = owner.group
        guard setgroups(1, &group) == 0, setgid(group) == 0, setuid(owner.user) == 0 else {
            throw ValidationError("cannot become uid \(owner.user): \(String(cString: strerror(errno)))")
        }
    }

    /// Does something with the rights of the one to whom a file belongs, and has root's back afterwards.
    ///
    /// For commands that must write the user store as root and the bridge database as its owner; see ``stepDown(toOwnerOf:)`` for why.
    static func actingAsOwner(of path: String, _ body: () async throws -> Void) async throws {
        guard geteuid() == 0, let owner = owner(of: path) else { return try await body() }
        let count = getgroups(0, nil)
        var groups = [gid_t](repeating: 0, count: max(0, Int(count)))
        _ = getgroups(count, &groups)
        var group = owner.group
        guard setgroups(1, &group) == 0, setegid(group) == 0, seteuid(owner.user) == 0 else {
            throw ValidationError("cannot act as uid \(owner.user): \(String(cString: strerror(errno)))")
        }
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
        guard seteuid(0) == 0, setegid(0) == 0, setgroups(groups.count, groups) == 0 else {
            throw ValidationError("cannot act as root again: \(String(cString: strerror(errno)))")
        }
        try outcome.get()
    }
}

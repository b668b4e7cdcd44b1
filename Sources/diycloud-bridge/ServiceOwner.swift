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
}

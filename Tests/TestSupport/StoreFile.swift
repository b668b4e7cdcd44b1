import Crypto
import Glibc
package import Identity
import UserStore

/// A real user store with people in it. Changes go through the sqlite3 program, as those of a stranger do.
package final class StoreFile: Sendable {
    package let path: String

    package init(in directory: TemporaryDirectory) throws {
        path = directory.path("users.db")
        try StoreInitialiser().initialise(path: path)
    }

    /// Adds somebody with the platform's own hash of `password`, or with a locked one.
    package func add(_ name: String, role: Role = .user, email: String? = nil, password: String? = nil) throws {
        try UserStoreEditor(path: path).add(try UserName(name), email: email, role: role)
        if let password { try setHash(Self.legacyHash(of: password), of: name) }
    }

    package func setHash(_ hash: String, of name: String) throws {
        try sql("UPDATE users SET password_hash = '\(hash)' WHERE username = '\(name)'")
    }

    /// The platform's unsalted hash.
    package static func legacyHash(of password: String) -> String {
        SHA256.hash(data: Array(password.utf8)).map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }

    package func sql(_ text: String) throws {
        // posix_spawn(3) rather than Foundation's Process, which crashes when several are started at once.
        let words = ["sqlite3", "-cmd", ".timeout 5000", path, text]
        let arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, "/usr/bin/sqlite3", nil, nil, arguments, nil)
        guard code == 0 else { throw ProgramFailure(status: code) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw ProgramFailure(status: status) }
    }

    package struct ProgramFailure: Error { let status: Int32 }
}

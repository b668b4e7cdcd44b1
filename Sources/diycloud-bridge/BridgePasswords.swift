import BridgeConfiguration
import BridgeDatabase
import Credentials
import Glibc
import Identity
import UserStore

/// Keeps the passwords that `user add` and `user passwd` set, as salted hashes in the bridge database.
struct BridgePasswords: PasswordSink {
    let configuration: BridgeConfiguration.Configuration

    private var path: String { configuration.database.path }

    func setPassword(_ password: NewPassword, for name: UserName) async throws {
        try await setPassword(password, for: name, superseding: nil)
    }

    /// - Parameter legacy: the SHA-256 hash that the store holds now: it stops to count at once, also for a service that has yet to see the
    ///   store change.
    func setPassword(_ password: NewPassword, for name: UserName, superseding legacy: String?) async throws {
        try ServiceDirectories(configuration).make()
        try await withCredentials { try await $0.set(password.text, for: name, superseding: legacy, now: .now) }
    }

    func removePassword(for name: UserName) async throws {
        // Where there is no database yet there is no password either.
        guard access(path, F_OK) == 0 || errno != ENOENT else { return }
        try await withCredentials { try await $0.remove(name) }
    }

    private func withCredentials(_ body: (CredentialStore) async throws -> Void) async throws {
        try await ServiceOwner.actingAsOwner(of: path) {
            let database = try BridgeDatabase.open(path: path)
            try await body(CredentialStore(database: database))
            try database.close()
        }
    }
}

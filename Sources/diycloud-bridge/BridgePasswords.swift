import BridgeDatabase
import Credentials
import Identity
import UserStore

/// Keeps the passwords that `user add` and `user passwd` set, as salted hashes in the bridge database.
struct BridgePasswords: PasswordSink {
    /// The bridge database.
    let path: String

    func setPassword(_ password: NewPassword, for name: UserName) async throws {
        try await withCredentials { try await $0.set(password.text, for: name, superseding: nil, now: .now) }
    }

    func removePassword(for name: UserName) async throws {
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

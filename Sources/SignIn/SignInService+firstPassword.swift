import Audit
import Identity
import PAMClient
import PAMProtocol
import UserStore

/// Accounts that `sync-users` made for people of the user store: PAM decides about them, but they have no password that PAM could know. The
/// first sign-in with the store's password gives them that one.
extension SignInService {
    /// Checks a password of somebody with an account of the host.
    func checkAccount(_ attempt: Attempt, of record: UserRecord, password: String) async -> SignInStep {
        var attempt = attempt
        do {
            if try await isFirstSignIn(of: record), try await isStorePassword(password, of: record) {
                switch try await parts.pam.setFirstPassword(password, of: record.name) {
                case .set: await noteFirstPassword(of: record.name, attempt)
                // As when two sign-ins are the first one: there is a password by now, and PAM knows it.
                case .notWanted(let reason): attempt.note = "no first password: \(reason)"
                case .refused(let reason):
                    attempt.note = "\(reason); an administrator can set one with passwd(1)"
                    return await finish(attempt, isRight: false, reason: "first-password-refused")
                case .unavailable(let reason): throw PAMClientError.unavailable(reason)
                }
            }
        } catch {
            return await give(up: attempt, because: error)
        }
        return await converse(attempt, as: record.name, password: password)
    }

    /// Whether the store has a password for somebody whose account never had one.
    private func isFirstSignIn(of record: UserRecord) async throws -> Bool {
        guard configuration.usesPAM, configuration.usesStore, try await hasStorePassword(record) else { return false }
        let state = try await parts.pam.stateForSignIn(of: record.name)
        return state.awaitsFirstPassword && state.uid >= configuration.minimumUID
    }

    private func hasStorePassword(_ record: UserRecord) async throws -> Bool {
        if case .legacySHA256 = record.password { return true }
        return try await parts.credentials.hash(of: record.name) != nil
    }

    /// From now on PAM decides; what the bridge knew must not count again, should the account ever be without a password.
    private func noteFirstPassword(of user: UserName, _ attempt: Attempt) async {
        var reason = "first password of the Linux account, from the user store"
        do { try await parts.credentials.retire(user, now: Self.now) } catch {
            reason += "; the bridge's own hash of it could not be taken back: \(error)"
        }
        audit(.passwordChanged, attempt.name, attempt.client, outcome: .success, reason: reason)
    }
}

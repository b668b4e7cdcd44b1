public import Identity
public import PAMProtocol

extension PAMClient {
    /// Reads the state of the account that somebody signs in to. Unlike ``inspect(_:)`` it waits its turn among the sign-ins, so that a storm
    /// of them does not delay the switch-off of an account.
    /// - Throws: ``PAMClientError``; also when the name service cannot speak about the account.
    public func stateForSignIn(of user: UserName) async throws(PAMClientError) -> AccountState {
        guard case .accounts(let found) = try await ask(.inspect([user])) else { throw Self.otherAnswer }
        guard let state = found[user] else {
            throw .unavailable("the name service cannot say whether there is an account \(user)")
        }
        return state
    }

    /// Has a worker give an account of ours that never had a password its first one.
    /// - Parameters:
    ///   - user: whose; the worker looks for itself whether the account may get one.
    ///   - password: 1 to 511 bytes of UTF-8 without NUL.
    public func setFirstPassword(
        _ password: String,
        of user: UserName
    ) async throws(PAMClientError) -> FirstPasswordVerdict {
        let secret: Secret
        do { secret = try Secret(password: password) } catch { throw .invalidPassword(error) }
        let answer = try await ask(.setFirstPassword(user: user, password: secret))
        guard case .firstPassword(let verdict) = answer else { throw Self.otherAnswer }
        return verdict
    }

    private static var otherAnswer: PAMClientError { .unavailable("the PAM worker answered another question") }
}

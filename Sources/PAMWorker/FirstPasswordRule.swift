import CPrivilege
import Glibc
import Identity
import PAMProtocol

/// Which accounts may be given their first password. `serve` has looked already; but it faces the network, and whoever takes it over must
/// not get to replace a password here, nor to give one to an account that is not ours.
struct FirstPasswordRule {
    let user: UserName
    let configuration: WorkerProcess.Configuration

    /// Why the password may not be set; `nil` when it may.
    var objection: FirstPasswordVerdict? {
        guard let group = configuration.accountsGroup else { return .notWanted(reason: "no group of accounts is ours") }
        guard !user.isReserved else { return .notWanted(reason: "\(user) is a name of the system") }
        guard let state else {
            return .unavailable(reason: "the name service cannot say whether there is an account \(user)")
        }
        guard state.exists, state.uid >= configuration.minimumUID, state.uid != 0 else {
            return .notWanted(reason: "\(user) is no account of a person")
        }
        guard state.awaitsFirstPassword else {
            return .notWanted(reason: "\(user) has a password, is locked or has expired")
        }
        var isMember = false
        let problem = cprivilege_is_member(user.rawValue, group, &isMember)
        guard problem == 0 else {
            return .unavailable(reason: "the name service cannot say who is in \(group): errno \(problem)")
        }
        return isMember ? nil : .notWanted(reason: "\(user) is not in the group \(group)")
    }

    /// Whether the account has a password now that is not locked.
    var wasSet: Bool {
        guard let state else { return false }
        return state.isUsable && state.hasShadow && !state.neverHadPassword
    }

    private var state: AccountState? { AccountInspector.inspect([user])[user] }
}

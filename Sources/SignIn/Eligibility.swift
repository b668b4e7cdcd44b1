import HostAccounts
import Identity
import UserStore

/// Whether a typed name may sign in at all, and by what.
enum Eligibility: Sendable {
    /// An account of the host stands behind it: PAM decides.
    case account(UserRecord)
    /// Only the user store knows it: the store's password decides.
    case storeOnly(UserRecord)
    /// Nobody signs in by this name; the reason is for the audit log alone.
    case ineligible(reason: String)

    /// - Parameters:
    ///   - name: what was typed.
    ///   - snapshot: the user store now.
    ///   - account: the account of the host by that name, if there is one.
    init(name: SignInName, snapshot: StoreSnapshot, account: HostAccount?, configuration: SignInConfiguration) {
        guard let user = name.account else {
            self = .ineligible(reason: "no-user-name")
            return
        }
        guard !user.isReserved else {
            self = .ineligible(reason: "system-name")
            return
        }
        guard let record = snapshot.users[user] else {
            self = .ineligible(reason: "unknown-user")
            return
        }
        guard record.isActive else {
            self = .ineligible(reason: "disabled")
            return
        }
        switch account {
        case .some(let account) where account.uid < configuration.minimumUID:
            self = .ineligible(reason: "system-account")
        case .some where configuration.usesPAM:
            self = .account(record)
        case .some:
            self = .ineligible(reason: "pam-not-configured")
        case .none where configuration.usesStore:
            self = .storeOnly(record)
        case .none:
            self = .ineligible(reason: "no-linux-account")
        }
    }

    /// The row of the user store, for somebody who may sign in.
    var record: UserRecord? {
        switch self {
        case .account(let record), .storeOnly(let record): record
        case .ineligible: nil
        }
    }

    /// Why nobody may sign in by this name.
    var reason: String? {
        if case .ineligible(let reason) = self { reason } else { nil }
    }

    /// Whether an account of the host stands behind the name.
    var hasAccount: Bool {
        if case .account = self { true } else { false }
    }
}

import CPrivilege
import Glibc
import Identity
import PAMProtocol

/// Reads passwd and shadow, which only root may.
enum AccountInspector {
    /// What the name service says of an account's uid.
    enum UID: Equatable {
        case known(UInt32)
        case absent
        /// The name service is broken (LDAP is down); the errno of getpwnam(3).
        case unknown(errno: Int32)
    }

    /// Looks the uid of one account up.
    static func uid(of user: UserName) -> UID {
        errno = 0
        if let entry = getpwnam(user.rawValue) { return .known(entry.pointee.pw_uid) }
        return [0, ENOENT, ESRCH].contains(errno) ? .absent : .unknown(errno: errno)
    }

    /// The state of each account that the name service can speak about.
    static func inspect(_ users: [UserName]) -> [UserName: AccountState] {
        let today = Int64(time(nil)) / 86_400
        var states: [UserName: AccountState] = [:]
        for user in users {
            var facts = cprivilege_account_facts()
            guard cprivilege_account(user.rawValue, &facts) == 0 else { continue }
            states[user] = AccountState(facts, today: today)
        }
        return states
    }
}

extension AccountState {
    /// - Parameter today: days since 1970-01-01, UTC.
    init(_ facts: cprivilege_account_facts, today: Int64) {
        guard facts.exists else {
            self = .absent
            return
        }
        self.init(
            exists: true,
            uid: facts.uid,
            locked: facts.password_locked,
            neverHadPassword: facts.password_unset,
            expired: Self.isExpired(facts, today: today),
            expiryDay: facts.expires >= 0 ? facts.expires : nil,
            hasShadow: facts.has_shadow
        )
    }

    /// The two cases in which pam_unix's account phase knows no way out: PAM_ACCT_EXPIRED and PAM_AUTHTOK_EXPIRED (shadow(5)).
    private static func isExpired(_ facts: cprivilege_account_facts, today: Int64) -> Bool {
        if facts.expires >= 0, today >= facts.expires { return true }
        // 0 as the day of the last change asks for a new password at the next sign-in, which is a way out.
        guard facts.last_change > 0, facts.maximum_age >= 0, facts.inactive >= 0 else { return false }
        // The fields are numbers that an administrator typed; they may be any.
        let age = today.subtractingReportingOverflow(facts.last_change)
        let allowed = facts.maximum_age.addingReportingOverflow(facts.inactive)
        return !age.overflow && !allowed.overflow && age.partialValue > allowed.partialValue
    }
}

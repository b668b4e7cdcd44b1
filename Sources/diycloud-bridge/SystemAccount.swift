import Glibc
import Identity

/// Whether a name is an account of this host's system: one below the first user id that useradd(8) gives to people, or `nobody`.
func isSystemAccount(_ name: UserName) -> Bool {
    guard let account = getpwnam(name.rawValue) else { return false }
    return account.pointee.pw_uid < 1000 || account.pointee.pw_uid == 65534
}

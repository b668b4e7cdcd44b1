import HostAccounts
import Identity

/// Whether a name is an account of this host's system: one below the first user id that useradd(8) gives to people, or `nobody`.
func isSystemAccount(_ name: UserName) -> Bool {
    guard let account = try? HostAccounts().account(named: name) else { return false }
    return account.uid < 1000 || account.uid == 65534
}

public import LinuxAccounts
import Identity

/// Whether an administrator may hand an account of this host over to the user store.
public struct Adoption: Sendable {
    /// Why not; the way out with it.
    public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        public let description: String
    }

    private let host: HostSnapshot
    private let settings: AccountSettings
    private let desired: DesiredState
    private let isForced: Bool

    /// - Parameter isForced: also accounts whose shell lets nobody log in, and those that have power over the host.
    public init(host: HostSnapshot, settings: AccountSettings, desired: DesiredState, isForced: Bool) {
        self.host = host
        self.settings = settings
        self.desired = desired
        self.isForced = isForced
    }

    /// - Returns: the account of that name, which may be adopted.
    public func account(_ text: String) throws(Refusal) -> LinuxAccount {
        guard let name = try? UserName(text) else { throw refusal("That is no name of a person.") }
        if let objection = host.objection(toGroupsOf: settings) { throw refusal("\(objection).") }
        guard !name.isReserved, name.rawValue != "root" else {
            throw refusal("\(name) is a name of the system or of a service; such accounts are never adopted.")
        }
        guard let account = host.accounts[text] else {
            throw refusal("There is no account \(name) in /etc/passwd. sync-users makes those that are missing.")
        }
        // 65534 is nobody (user_namespaces(7)), the others mean "no uid" in 16 and 32 bits.
        guard account.uid >= settings.minimumUID, ![65534, 65535, .max - 1, .max].contains(account.uid) else {
            throw refusal(
                "The account \(name) has uid \(account.uid), which is none of people (\(settings.minimumUID) and up); such "
                    + "accounts are never adopted."
            )
        }
        if let other = host.namesSharing(uidOf: account).first {
            throw refusal("\(name) and \(other) share uid \(account.uid); limits could not tell them apart.")
        }
        let shell = account.shell.split(separator: "/").last ?? "sh"
        guard isForced || !["nologin", "false", "sync", "halt", "shutdown"].contains(shell) else {
            throw refusal(
                "The shell of \(name) is \(account.shell): nobody logs in there. If it is a person's all the same: --force"
            )
        }
        let power = host.power(of: text)
        guard isForced || power.isEmpty else {
            throw refusal(
                "\(name) has power over this host: \(name) \(power.joined(separator: ", and ")). Adopted, a row of the store "
                    + "would say what \(name) may use here. Take the power away first, or say that it is meant: --force"
            )
        }
        guard desired.people[name] != nil else {
            throw refusal("The store has no person \(name) that could have it. First: diycloud-bridge user add \(name)")
        }
        return account
    }

    private func refusal(_ text: String) -> Refusal { Refusal(description: text) }
}

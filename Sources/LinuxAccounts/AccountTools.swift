public import HostPrograms
import Identity

/// Changes accounts with the tools of the host, and believes only what the files say afterwards.
///
/// Which tools, and why: measured on Debian 12 (shadow 4.13, systemd 252, two cores) for 10,000 accounts.
///
/// | tool | time | what it leaves |
/// | --- | --- | --- |
/// | `systemd-sysusers` with explicit ids, one batch, then `chpasswd -e` with `*`; the tools alone | 7.3 s + 1.3 s | passwd, shadow, group, gshadow and memberships as useradd leaves them, without subordinate ids and without ageing of passwords |
/// | the same in batches of 500, without `chpasswd` | 20 s | it asks the name service for each id, and the files grow |
/// | `newusers` | 18 ms each at 200 | is built with PAM: hashes every password, takes `*` for a real one, and refuses an empty one after it has made everything |
/// | `useradd` each | 7 ms at 200, 250 ms with 10,000 there | everything, also subuid(5) until its range is used up (9,155 people with Debian's) |
///
/// So more than ``fewAccounts`` new accounts go through `systemd-sysusers`; few of them, names of 32 letters (it takes
/// 31), hosts without it, hosts where passwords age by login.defs(5), and hosts whose account files have comments or
/// broken lines, which it would lose, get `useradd`. Whoever needs rootless containers and has no range in subuid(5) gets
/// one with `usermod --add-subuids`.
public struct AccountTools: Sendable {
    /// Up to here, one by one is quick enough and leaves more.
    static let fewAccounts = 10

    /// The comment of accounts that we make (the GECOS field of passwd(5)). It tells an account that useradd(8) was
    /// killed over from one of somebody else; whole accounts are told by ``AccountSettings/group``.
    static let comment = "DIY Cloud"

    let settings: AccountSettings
    let programs: any HostPrograms
    let etc: String

    /// - Parameter etc: where the account files are read after a change; the tools themselves always change `/etc`.
    public init(settings: AccountSettings, programs: any HostPrograms, etc: String = "/etc") {
        self.settings = settings
        self.programs = programs
        self.etc = etc
    }

    /// Applies changes, then reads the files again.
    ///
    /// In this order whatever the order given: groups, accounts, new memberships, locks, ended memberships, homes. A
    /// problem with one change does not keep the others from being done. Applied a second time, or after being killed
    /// anywhere, the same changes finish what is not finished and leave alone what is.
    /// - Parameter progress: called with the count of changes that are through, in growing steps.
    /// - Returns: the changes that are not so afterwards, and why. Empty when everything is.
    public func apply(
        _ changes: [AccountChange],
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async -> [(change: AccountChange, problem: AccountProblem)] {
        guard !changes.isEmpty else { return [] }
        do throws(AccountFilesError) {
            var work = AccountWork(changes, progress: progress)
            try await createGroups(&work)
            try await createAccounts(&work)
            try await addMembers(&work)
            try await disableAccounts(&work)
            try await enableAccounts(&work)
            try await removeMembers(&work)
            try completeHomes(&work)
            return work.failures(in: try HostSnapshot.read(in: etc), settings: settings)
        } catch {
            let problem = AccountProblem(kind: .files, reason: error.description)
            return changes.map { ($0, problem) }
        }
    }

    // MARK: - What the steps share

    /// Runs a program whose effect is looked at later.
    /// - Returns: what it complained of; `nil` when it says that all is well.
    func complaint(_ name: String, _ arguments: [String], input: String = "", limit: Duration = .seconds(60)) async
        -> String?
    {
        do {
            let result = try await programs.run(name, arguments, input: input, timeLimit: limit)
            return result.status == 0 ? nil : "\(name): \(result.complaint)"
        } catch {
            return error.description
        }
    }

    /// systemd-sysusers(8) with the configuration on standard input, silent about what it makes.
    func sysusers(_ configuration: String) async -> String? {
        await complaint(
            "env",
            ["SYSTEMD_LOG_LEVEL=warning", "systemd-sysusers", "-"],
            input: configuration,
            limit: .seconds(1800)
        )
    }

    func maySysusers(_ snapshot: HostSnapshot) -> Bool {
        snapshot.traces.irregularFile == nil && programs.has("systemd-sysusers") && programs.has("env")
    }
}

import BridgeConfiguration
import Glibc
import Identity
import LinuxAccounts
import SyncReport
import UserStore
import UserSync

/// Lets a change of the store take effect on this host at once, for the one person whom it is about.
struct TakeEffect {
    let configuration: BridgeConfiguration.Configuration
    let storePath: String

    init(_ options: StoreOption) throws {
        configuration = try options.configuration()
        storePath = try options.storePath()
    }

    /// Reconciles one person and says what happened, in a line each; also why nothing did, where this host has an account of that
    /// name. Says nothing where it has none: then the store is all there is to change.
    /// - Parameter isOff: whether the person was switched off, or is gone from the store.
    func run(for name: String, areas: Set<SyncArea>, isOff: Bool = false) async throws {
        guard let name = try? UserName(name), getpwnam(name.rawValue) != nil else { return }
        guard geteuid() == 0 else {
            return print("This host was not changed, which takes root: sudo diycloud-bridge sync-users --user \(name)")
        }
        let host = try HostSnapshot.read()
        let assembly = SyncAssembly(configuration)
        guard host.groups[assembly.settings.group]?.members.contains(name.rawValue) == true else {
            return print(notOurs(name, host.accounts[name.rawValue], assembly.settings, isOff: isOff))
        }
        if let watch = SyncLock.holder(path: SyncWatch.presencePath(lock: configuration.sync.lock)) {
            return print("On this host it takes effect within a second, by process \(watch.pid) (sync-users --watch).")
        }
        let lock: SyncLock
        do throws(SyncLock.Failure) {
            lock = try SyncLock(path: configuration.sync.lock, command: SyncTurn.command, now: .now)
        } catch {
            return print("It does not count on this host yet: \(error) Then: diycloud-bridge sync-users --user \(name)")
        }
        defer { withExtendedLifetime(lock) {} }
        let (parts, close) = assembly.parts()
        let run = assembly.run(parts)
        let desired = DesiredState(try StoreReader(path: storePath).read())
        // One person, named by hand, is meant.
        let scope = SyncScope(areas: areas, names: [name], allowsMassDisable: true)
        let (_, outcome, _) = await run.reconcile(desired, scope: scope, began: .now)
        await close()
        tell(outcome)
        if !outcome.isComplete {
            throw CommandFailure(
                "The store is changed, but this host does not agree with it yet. See: diycloud-bridge findings"
            )
        }
    }

    /// What an administrator must know of an account that the store has no say in.
    private func notOurs(
        _ name: UserName,
        _ account: LinuxAccount?,
        _ settings: AccountSettings,
        isOff: Bool
    ) -> String {
        guard let account else {
            return "The account \(name) comes from a directory server and not from /etc/passwd: it stays as it is."
        }
        guard account.uid >= settings.minimumUID else {
            return "The Linux account \(name) is the system's (uid \(account.uid)) and stays as it is."
        }
        let sentence = "The Linux account \(name) is not ours (not in \(settings.group)) and stays"
        return isOff
            ? "\(sentence) usable: usermod -L -e 1 \(name)" : "\(sentence) as it is: diycloud-bridge user adopt \(name)"
    }

    private func tell(_ outcome: SyncOutcome) {
        for change in outcome.applied { print("Done on this host: \(change.what).") }
        for finding in outcome.findings { print("\(finding.area.rawValue): \(finding.text)") }
    }
}

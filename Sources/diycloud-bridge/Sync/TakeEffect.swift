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

    /// Reconciles one person and says what happened, in a line each. Does nothing where this host has no account of ours of that
    /// name, or the caller is not root: then the store is all there is to change.
    func run(for name: String, areas: Set<SyncArea>) async throws {
        guard geteuid() == 0, let name = try? UserName(name) else { return }
        let assembly = SyncAssembly(configuration)
        guard let host = try? HostSnapshot.read(), host.accounts[name.rawValue] != nil,
            host.groups[assembly.settings.group]?.members.contains(name.rawValue) == true
        else { return }
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
        let plan = await run.plan(desired, scope: SyncScope(areas: areas, names: [name]))
        let (outcome, _) = await run.apply(plan, began: .now)
        await close()
        tell(outcome)
        if !outcome.isComplete {
            throw CommandFailure(
                "The store is changed, but this host does not agree with it yet. See: diycloud-bridge findings"
            )
        }
    }

    private func tell(_ outcome: SyncOutcome) {
        for change in outcome.applied { print("Done on this host: \(change.what).") }
        for finding in outcome.findings { print("\(finding.area.rawValue): \(finding.text)") }
    }
}

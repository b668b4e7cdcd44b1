import ArgumentParser
import BridgeConfiguration
import Foundation
import Identity
import LinuxAccounts
import SyncReport
import UserStore
import UserSync

/// `diycloud-bridge user adopt`: an account that is not ours becomes ours because an administrator says so.
struct UserAdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt",
        abstract: "Let a Linux account of this host be the one of a user of the store.",
        discussion: """
            Puts the account into the group accounts.group. From then on sync-users holds it to what the store says: limits, \
            disk quota, role, and whether it may log in at all. Files, password, shell and other groups stay as they are. \
            Undone by: gpasswd --delete NAME diycloud-users

            Example:
              sudo diycloud-bridge user adopt carol
            """
    )

    @OptionGroup var options: StoreOption

    @Flag(name: .long, help: "Also an account whose shell lets nobody log in, or that has power over this host.")
    var force = false

    @Flag(name: .long, help: "Show what would be done, and do nothing. Exit code 2 when there is something.")
    var dryRun = false

    @Argument(help: "The name, in the store and on this host.")
    var name: String

    func run() async throws {
        guard geteuid() == 0 else {
            throw CommandFailure("user adopt needs root: sudo diycloud-bridge user adopt \(name.shown)")
        }
        let configuration = try options.configuration()
        let assembly = SyncAssembly(configuration)
        let settings = assembly.settings
        let host = try HostSnapshot.read()
        let account: LinuxAccount
        do throws(Adoption.Refusal) {
            let adoption = Adoption(host: host, settings: settings, desired: readStore(), isForced: force)
            account = try adoption.account(name)
        } catch {
            throw CommandFailure(error.description)
        }
        guard host.groups[settings.group]?.members.contains(name) != true else {
            return print("The account \(name) is ours already: diycloud-bridge sync-users --user \(name)")
        }
        print("adopt the account \(name): uid \(account.uid), home \(account.home), shell \(account.shell)")
        for power in host.power(of: name) { print("Mind: \(name) \(power).") }
        if dryRun { throw ExitCode(2) }
        let lock = try await SyncTurn.take(configuration, patience: 10)
        try await apply(account, settings, host)
        withExtendedLifetime(lock) {}
        try UserStoreEditor(options: options).report("The account \(name) is adopted.", user: name, options: options)
        print("What the store says of it takes effect with: diycloud-bridge sync-users --user \(name)")
    }

    private func readStore() -> DesiredState {
        guard let snapshot = try? StoreReader(options: options).read() else { return DesiredState([]) }
        return DesiredState(snapshot)
    }

    private func apply(_ account: LinuxAccount, _ settings: AccountSettings, _ host: HostSnapshot) async throws {
        let name = try UserName(account.name)
        let groups = host.groups[settings.group] == nil ? [AccountChange.createGroup(settings.group)] : []
        let changes = groups + [.addToGroup(name, settings.group)]
        let problems = await SystemAccountHost(settings: settings).apply(changes) { _ in }
        guard try HostSnapshot.read().groups[settings.group]?.members.contains(account.name) == true else {
            let reason = problems.first?.problem.reason ?? "it is not in \(settings.group)"
            throw CommandFailure("\(name) was not adopted: \(reason)")
        }
    }
}

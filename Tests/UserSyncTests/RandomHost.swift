import Identity
import JupyterHubClient
import LinuxAccounts
import Slices
import TestSupport
import UserSync

/// Any store and any machine, the same for each seed.
struct RandomHost {
    private var random: SeededGenerator
    private let names = (0..<14).compactMap { try? UserName("p\($0)") }

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func desired() -> DesiredState {
        var people: [DesiredPerson] = []
        var refused: [String: FindingKind] = [:]
        for name in names {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<3: continue
            case 3: refused[name.rawValue] = .ambiguousName
            default:
                people.append(
                    DesiredPerson(
                        name: name,
                        isActive: chance(0.7),
                        role: chance(0.3) ? .admin : .user,
                        quota: quota()
                    )
                )
            }
        }
        return DesiredState(people, refused: refused)
    }

    mutating func state() -> SimulatedHost.State {
        var state = SimulatedHost.State()
        let settings = AccountSettings()
        if chance(0.8) { state.groups[settings.group] = LinuxGroup(gid: 901) }
        if chance(0.8) { state.groups[settings.adminGroup] = LinuxGroup(gid: 902) }
        state.groups["sudo"] = LinuxGroup(gid: 27, members: ["p1", "stranger"])
        var uid: UInt32 = 1000
        for name in names.map(\.rawValue) + ["stranger"] {
            uid += 1
            if chance(0.3) { addHubUser(name, to: &state) }
            guard chance(0.7) else { continue }
            addAccount(name, uid: chance(0.1) ? uid - 900 : uid, settings, to: &state)
        }
        // Limits that somebody's removed account has left behind.
        if chance(0.5) { state.limits[4711] = SliceLimits(quota: .platformDefault, policy: SlicePolicy()) }
        return state
    }

    private mutating func addAccount(
        _ name: String,
        uid: UInt32,
        _ settings: AccountSettings,
        to state: inout SimulatedHost.State
    ) {
        let passwords: [PasswordState] = [.none, .locked, .lockedWithoutPassword, .set, .unusable]
        let account = LinuxAccount(
            name: name,
            uid: uid,
            gid: uid,
            home: "/home/\(name)",
            shell: "/bin/bash",
            password: passwords.randomElement(using: &random) ?? .set,
            expires: [nil, nil, 1, 1, 15_000, 99_999].randomElement(using: &random) ?? nil
        )
        state.accounts[name] = account
        if chance(0.6) { state.setMember(name, of: settings.group, true) }
        if chance(0.3) { state.setMember(name, of: settings.adminGroup, true) }
        if chance(0.5) { state.adoptable.insert(name) }
        if chance(0.7) { state.wholeHomes.insert(account.home) }
        if chance(0.5) { state.limits[uid] = SliceLimits(quota: quota(), policy: SlicePolicy()) }
        if chance(0.5) { state.disk[uid] = quota().disk }
        if chance(0.4) { state.tasks[uid] = Int.random(in: 1...9, using: &random) }
    }

    private mutating func addHubUser(_ name: String, to state: inout SimulatedHost.State) {
        let groups: [Set<String>] = [
            [], ["diycloud-users"], ["diycloud-users", "diycloud-admins"], ["somebody-elses"],
        ]
        if chance(0.4) { state.tokens[name] = Int.random(in: 1...3, using: &random) }
        state.hub[name] = HubUser(
            name: name,
            admin: chance(0.3),
            groups: groups.randomElement(using: &random) ?? [],
            servers: chance(0.5) ? [HubServer(name: "", ready: true)] : []
        )
    }

    private mutating func quota() -> Quota {
        Quota(
            cpuCores: Double(Int.random(in: 1...8, using: &random)),
            memory: .gibibytes(UInt32.random(in: 1...4, using: &random)),
            disk: .gibibytes(UInt32.random(in: 1...4, using: &random)),
            gpu: false
        )
    }

    private mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &random) < probability
    }
}

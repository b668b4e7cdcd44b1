import DiskQuotas
import Identity
import JupyterHubClient
import LinuxAccounts
import Slices
import Synchronization
import UserSync

/// A host in memory: accounts, slices, disk limits and a JupyterHub. It counts every change, and can be killed at any of them.
final class SimulatedHost: Sendable {
    struct State: Sendable, Equatable {
        var accounts: [String: LinuxAccount] = [:]
        var groups: [String: LinuxGroup] = [:]
        /// Accounts that look like the platform's.
        var adoptable: Set<String> = []
        var wholeHomes: Set<String> = []
        var limits: [UInt32: SliceLimits] = [:]
        var tasks: [UInt32: Int] = [:]
        /// Processes of people outside of their slices.
        var outside: [UInt32: OutsideProcesses] = [:]
        /// On whose behalf the run is made.
        var callers: Set<UInt32> = []
        var disk: [UInt32: ByteCount] = [:]
        var hub: [String: HubUser] = [:]
        /// Tokens in the hub, by name.
        var tokens: [String: Int] = [:]
    }

    private struct Machine {
        var state: State
        /// How many more changes there are until the run is killed.
        var fuse: Int?
        var changes = 0
    }

    static let today: Int64 = 20_000
    let settings = AccountSettings()
    let diskSupport: DiskQuotaSupport
    /// What the store says, as the hub learns it from the bridge.
    private let desired: Mutex<DesiredState>
    private let machine: Mutex<Machine>
    private let faults: Faults

    /// - Parameter faults: the seed of what goes wrong; nothing does without one.
    init(_ state: State, desired: DesiredState, diskSupport: DiskQuotaSupport = .enforced, faults: UInt64? = nil) {
        self.faults = Faults(seed: faults)
        self.machine = Mutex(Machine(state: state))
        self.desired = Mutex(desired)
        self.diskSupport = diskSupport
    }

    var state: State { machine.withLock { $0.state } }
    var changes: Int { machine.withLock { $0.changes } }
    /// Whether the killed run would have changed more.
    var isDead: Bool { machine.withLock { $0.fuse == 0 } }

    func setFuse(_ fuse: Int?) { machine.withLock { $0.fuse = fuse } }
    func says(_ state: DesiredState) { desired.withLock { $0 = state } }

    var parts: SyncParts {
        SyncParts(
            accounts: self,
            limits: .slices(self),
            processes: self,
            disk: self,
            hub: .directory(self),
            serviceLag: .zero,
            now: { Self.today * 86_400 }
        )
    }

    /// One change, unless the run is dead.
    func mutate(_ body: (inout State) -> Void) {
        if faults.isSwallowed { return }
        machine.withLock { machine in
            if machine.fuse == 0 { return }
            machine.fuse = machine.fuse.map { $0 - 1 }
            machine.changes += 1
            body(&machine.state)
        }
    }
}

extension SimulatedHost: AccountHost {
    func read() throws(AccountFilesError) -> HostSnapshot {
        if faults.isBlind { return try HostSnapshot.read(in: "/nonexistent") }
        return HostSnapshot(accounts: state.accounts, groups: state.groups)
    }

    func ownership(of name: String, in host: HostSnapshot) -> Ownership? {
        guard let account = host.accounts[name] else { return nil }
        if account.uid < settings.minimumUID { return .foreign(reason: "its uid is the system's") }
        if faults.hides(name) { return .foreign(reason: "it has changed") }
        if host.groups[settings.group]?.members.contains(name) == true { return .ours }
        return state.adoptable.contains(name)
            ? .adoptable(reasons: ["looks it"]) : .foreign(reason: "it does not look it")
    }

    func home(of account: LinuxAccount) -> HomeStanding {
        state.wholeHomes.contains(account.home) ? .whole : .incomplete
    }

    func apply(
        _ changes: [AccountChange],
        progress: @escaping @Sendable (Int) -> Void
    ) async -> [(change: AccountChange, problem: AccountProblem)] {
        for change in changes {
            apply(change)
            if let user = change.user { faults.mayHide(user.rawValue) }
        }
        return changes.filter { _ in faults.isComplained }.map { ($0, AccountProblem(kind: .program, reason: "no")) }
    }

    private func apply(_ change: AccountChange) {
        switch change {
        case .createGroup(let group): mutate { $0.groups[group] = LinuxGroup(gid: 900) }
        case .create(let name): create(name)
        case .addToGroup(let name, let group): mutate { $0.setMember(name.rawValue, of: group, true) }
        case .removeFromGroup(let name, let group): mutate { $0.setMember(name.rawValue, of: group, false) }
        case .disable(let name): mutate { $0.accounts[name.rawValue] = $0.accounts[name.rawValue]?.disabled }
        case .enable(let name): mutate { $0.accounts[name.rawValue] = $0.accounts[name.rawValue]?.enabled }
        case .completeHome(let name):
            mutate { state in if let home = state.accounts[name.rawValue]?.home { state.wholeHomes.insert(home) } }
        }
    }

    /// In the order in which a killed run leaves something that the next one can finish.
    private func create(_ name: UserName) {
        mutate { $0.setMember(name.rawValue, of: settings.group, true) }
        mutate { state in
            let uid = (state.accounts.values.map(\.uid).filter { $0 < 60_000 }.max() ?? 999) + 1
            state.accounts[name.rawValue] = LinuxAccount(
                name: name.rawValue,
                uid: max(1000, uid),
                gid: max(1000, uid),
                home: "/home/\(name)",
                shell: "/bin/bash",
                password: .unusable
            )
        }
        mutate { $0.wholeHomes.insert("/home/\(name)") }
    }
}

extension SimulatedHost.State {
    mutating func setMember(_ name: String, of group: String, _ isMember: Bool) {
        guard let old = groups[group] else { return }
        let members = isMember ? old.members.union([name]) : old.members.subtracting([name])
        groups[group] = LinuxGroup(gid: old.gid, members: members)
    }
}

extension LinuxAccount {
    var disabled: LinuxAccount { with(.locked, expires: 1) }
    var enabled: LinuxAccount {
        with(password == .lockedWithoutPassword || password == .lockedUnusable ? .unusable : .set, expires: nil)
    }

    func with(_ password: PasswordState, expires: Int64?) -> LinuxAccount {
        LinuxAccount(name: name, uid: uid, gid: gid, home: home, shell: shell, password: password, expires: expires)
    }
}

extension SimulatedHost: SliceController {
    var layout: CgroupLayout { .ownV2(parent: "/sys/fs/cgroup/simulated") }

    func standing(of uids: [UInt32]) async throws(SliceError) -> [UInt32: SliceStanding] {
        if faults.isBlind { throw .unavailable(reason: "It is gone for now.") }
        let limits = state.limits
        return Dictionary(
            uids.filter { !faults.hides("slice \($0)") }.map { uid in
                let reading = limits[uid].map { limits in
                    var reading = SliceReading()
                    for limit in SliceLimit.allCases { reading[limit] = limits.bound(limit) }
                    return reading
                }
                return (uid, SliceStanding(name: "user-\(uid)", configured: reading, inForce: nil))
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    func apply(
        _ limits: [UInt32: SliceLimits],
        progress: @Sendable (Int) -> Void
    ) async -> [UInt32: [SliceProblem]] {
        for (uid, limits) in limits.sorted(by: { $0.key < $1.key }) {
            mutate { $0.limits[uid] = limits }
            faults.mayHide("slice \(uid)")
        }
        let complaint = SliceProblem(limit: nil, kind: .failed, reason: "no")
        return limits.mapValues { _ in faults.isComplained ? [complaint] : [] }
    }

    func stopEverything(of uid: UInt32) async throws(SliceError) { mutate { $0.tasks[uid] = nil } }

    func withdraw(_ uids: [UInt32]) async -> [UInt32: SliceProblem] {
        for uid in uids { mutate { $0.limits[uid] = nil } }
        return [:]
    }

    func ourUIDs() throws(SliceError) -> [UInt32] { state.limits.keys.sorted() }
}

extension SimulatedHost: ProcessController {
    func running(of uids: Set<UInt32>) -> [UInt32: Int] { state.tasks.filter { uids.contains($0.key) } }

    func outside(of uids: Set<UInt32>) -> [UInt32: OutsideProcesses] { state.outside.filter { uids.contains($0.key) } }

    func refusal(toStop uid: UInt32) -> String? { state.callers.contains(uid) ? "this command is theirs" : nil }
}

extension SimulatedHost: DiskQuotaController {
    func support(
        ofHome home: String
    ) throws(DiskQuotaError) -> (fileSystem: HomeFileSystem, support: DiskQuotaSupport) {
        (HomeFileSystem(mountPoint: "/home", source: "/dev/sda1", kind: .ext4, options: []), diskSupport)
    }

    func standing(of people: [(uid: UInt32, home: String)]) -> [UInt32: DiskStanding] {
        let disk = state.disk
        return Dictionary(
            people.map { person in
                let hidden = faults.hides("disk \(person.uid)") ? DiskProblem(reason: "no", remedy: "none") : nil
                let limit = hidden == nil ? disk[person.uid] : nil
                return (person.uid, DiskStanding(used: nil, limit: limit, problem: diskSupport.problem ?? hidden))
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    func apply(
        _ limits: [(uid: UInt32, home: String, limit: ByteCount)],
        progress: @Sendable (Int) -> Void
    ) async -> [UInt32: DiskProblem] {
        var problems: [UInt32: DiskProblem] = [:]
        for step in limits {
            mutate { $0.disk[step.uid] = step.limit }
            faults.mayHide("disk \(step.uid)")
            if faults.isComplained { problems[step.uid] = DiskProblem(reason: "no", remedy: "none") }
        }
        return problems
    }
}

extension SimulatedHost: HubDirectory {
    func users() async throws(HubError) -> [HubUser] {
        if faults.isBlind { throw .garbled(call: "GET /users", reason: "it is gone for now") }
        return Array(state.hub.values)
    }

    func user(_ name: String) async throws(HubError) -> HubUser? { state.hub[name] }

    func settle(_ names: [String], progress: @Sendable (Int) -> Void) async throws(HubError) -> [HubStanding] {
        let desired = desired.withLock { $0 }
        return names.map { text in
            let person = (try? UserName(text)).flatMap { desired.people[$0] }
            mutate { state in
                let servers = state.hub[text]?.servers ?? []
                guard let person, person.isActive else {
                    state.tokens[text] = nil
                    if state.hub[text] != nil {
                        state.hub[text] = HubUser(name: text, admin: false, groups: [], servers: servers)
                    }
                    return
                }
                let groups = Set(Principal(name: person.name, role: person.role, email: nil).groups)
                state.hub[text] = HubUser(name: text, admin: person.role == .admin, groups: groups, servers: servers)
            }
            return HubStanding(name: text, active: person?.isActive ?? false)
        }
    }

    func tokens(of names: [String]) async throws(HubError) -> [String: Int] {
        state.tokens.filter { names.contains($0.key) }
    }

    func stopServers(of users: [String]) async -> [String: HubError] {
        for name in users {
            mutate { state in
                state.hub[name] = state.hub[name].map { HubUser(name: $0.name, admin: $0.admin, groups: $0.groups) }
            }
        }
        return [:]
    }
}

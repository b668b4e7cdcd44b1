import DiskQuotas
import Identity
import JupyterHubClient
import LinuxAccounts
import Slices
import SyncReport

/// One look at the host: what is read serves every stage that is planned from it.
actor Look {
    let parts: SyncParts
    let desired: DesiredState
    let scope: SyncScope
    /// Whether accounts that are to be made count as if they were there.
    private let isForecast: Bool
    private var host: AccountReading?
    /// Planned without a look at any home.
    private var locks: AccountPlanner.Plan?
    private var accounts: AccountPlanner.Plan?
    private var members: Membership?
    private var hub: (reading: HubReading, plans: HubPlanner.Plans)?
    var docker: DockerReading?
    var portainer: Result<PortainerLook, SyncTrouble>?

    /// Those who are not switched off although the store says so.
    private(set) var withheld: Set<UserName>

    init(
        parts: SyncParts,
        desired: DesiredState,
        scope: SyncScope,
        isForecast: Bool,
        withheld: Set<UserName> = []
    ) {
        self.withheld = withheld
        self.parts = parts
        self.desired = desired
        self.scope = scope
        self.isForecast = isForecast
    }

    /// Judges the whole plan before any of it: what would switch off too many is withheld from every stage.
    func judge() async -> Withheld? {
        guard !scope.allowsMassDisable else { return nil }
        var judgement = MassGuard(isStoreEmpty: desired.people.isEmpty && desired.refused.isEmpty)
        var off: Set<UserName> = []
        // Whoever was switched off on this host long ago is no news in JupyterHub, even when that alone is asked for.
        if let reading = try? readHost() {
            off = judgement.count(reading, group: parts.accounts.settings.group, desired: desired, scope: scope)
        }
        if scope.areas.contains(.jupyterhub), case .directory(let directory) = parts.hub,
            let found = try? await hubPlans(directory)
        {
            let users = Array(found.reading.users.values)
            judgement.count(users, switchedOff: off, plan: found.plans, desired: desired, scope: scope)
        }
        // Where the others say who is leaving, nobody waits for Portainer to say it too.
        if scope.areas.isDisjoint(with: [.accounts, .jupyterhub]), scope.areas.contains(.portainer) {
            let found = await portainerHolders()
            for name in found.active where !off.contains(name) {
                judgement.count(name, isLeaving: found.leaving.contains(name))
            }
        }
        guard judgement.trips else { return nil }
        withheld = judgement.leaving
        let area = [SyncArea.accounts, .jupyterhub].first(where: scope.areas.contains) ?? .portainer
        return Withheld(names: judgement.leaving, finding: judgement.finding(in: area))
    }

    func plan(_ stage: SyncStage) async throws(SyncTrouble) -> StagePlan {
        switch stage {
        case .hubSwitchOff: try await hubPlan { $0.switchOff.without(withheld) }
        case .lock: accountStage(try readLocks().sparing(withheld), try readHost())
        case .stop: try stopPlan()
        case .accounts: accountStage(try readAccounts().without(try readLocks()), try readHost())
        case .limits: try await limitPlan()
        case .disk: try diskPlan()
        case .hub: try await hubPlan { $0.settle }
        case .dockerSwitchOff: try await dockerSwitchOff()
        case .docker: try await dockerSettle()
        case .portainerSwitchOff: try await portainerPlan { $0.switchOff.without(withheld) }
        case .portainer: try await portainerPlan { $0.settle }
        }
    }

    // MARK: Accounts

    func readHost() throws(SyncTrouble) -> AccountReading {
        if let host { return host }
        let found: HostSnapshot
        do {
            found = try parts.accounts.read()
        } catch {
            throw SyncTrouble(error)
        }
        if let objection = found.objection(toGroupsOf: parts.accounts.settings) { throw SyncTrouble(objection) }
        let reading = AccountReading(
            host: found,
            today: parts.now() / 86_400,
            ownership: { [accounts = parts.accounts] name in accounts.ownership(of: name, in: found) },
            home: { [accounts = parts.accounts] account in accounts.home(of: account) }
        )
        host = reading
        return reading
    }

    private func planner(_ reading: AccountReading) -> AccountPlanner {
        AccountPlanner(desired: desired, reading: reading, settings: parts.accounts.settings, scope: scope)
    }

    /// What locking and stopping are planned from: the files in /etc and nothing else. A home on a share whose server is gone holds
    /// whoever looks at it for as long as it is gone, and nobody who is switched off may be waited for.
    private func readLocks() throws(SyncTrouble) -> AccountPlanner.Plan {
        if let locks { return locks }
        let plan = planner(try readHost()).locking()
        locks = plan
        return plan
    }

    private func readAccounts() throws(SyncTrouble) -> AccountPlanner.Plan {
        if let accounts { return accounts }
        let plan = planner(try readHost()).plan()
        accounts = plan
        return plan
    }

    private func accountStage(_ plan: AccountPlanner.Plan, _ reading: AccountReading) -> StagePlan {
        let host = parts.accounts
        return StagePlan(plan, shows: reading.shows) { steps, progress in
            let problems = await host.apply(steps, progress: progress)
            return Dictionary(problems.map { ($0.change, $0.problem.reason) }, uniquingKeysWith: { first, _ in first })
        }
    }

    private func stopPlan() throws(SyncTrouble) -> StagePlan {
        guard parts.stopsDisabled else { return .nothing }
        let processes = parts.processes
        let reading = try readHost()
        let candidates = StopPlanner.candidates(
            desired: desired,
            reading: reading,
            settings: parts.accounts.settings,
            scope: scope,
            locking: isForecast ? try readLocks().locked : []
        ).filter { account in (try? UserName(account.name)).map { !withheld.contains($0) } ?? true }
        let uids = Set(candidates.map(\.uid))
        let running = processes.running(of: uids)
        let plan = StopPlanner.plan(candidates, host: reading.host, processes: running, refusal: processes.refusal)
        let shows: @Sendable (StopPlanner.Step) -> Bool = { uids.contains($0.uid) && running[$0.uid, default: 0] == 0 }
        return StagePlan(plan, shows: shows) { steps, progress in
            var complaints: [StopPlanner.Step: String] = [:]
            for (place, step) in steps.enumerated() {
                do throws(SliceError) {
                    try await processes.stopEverything(of: step.uid)
                } catch {
                    complaints[step] = error.description
                }
                progress(place + 1)
            }
            return complaints
        }
    }

    private func membership() throws(SyncTrouble) -> Membership {
        if let members { return members }
        let group = parts.accounts.settings.group
        let counts = isForecast && scope.areas.contains(.accounts)
        let found = Membership(
            desired: desired,
            reading: try readHost(),
            scope: scope,
            planned: counts ? AccountPlanner.joining(try readAccounts(), group: group) : []
        )
        members = found
        return found
    }

    // MARK: Limits

    private func limitPlan() async throws(SyncTrouble) -> StagePlan {
        let slices: any SliceController
        switch parts.limits {
        case .slices(let controller): slices = controller
        case .none(let reason):
            let finding = SyncFinding(area: .limits, user: nil, kind: "no-limits", text: reason)
            return StagePlan(findings: [finding])
        }
        let membership = try membership()
        let reading: LimitReading
        do throws(SliceError) {
            let uids = membership.members.compactMap(\.account?.uid)
            reading = LimitReading(standings: try await slices.standing(of: uids), ourUIDs: try slices.ourUIDs())
        } catch {
            throw SyncTrouble(error)
        }
        let plan = LimitPlanner.plan(
            membership,
            ourAccounts: scope.names == nil ? try ourUIDs().union(membership.members.compactMap(\.account?.uid)) : nil,
            reading: reading,
            policy: parts.policy,
            settings: parts.accounts.settings,
            allowsMass: scope.allowsMassDisable
        )
        let outside = OutsidePlanner.findings(membership, layout: slices.layout) { parts.processes.outside(of: $0) }
        return StagePlan(plan, and: outside, shows: reading.shows) { steps, progress in
            await Self.apply(steps, by: slices, progress: progress)
        }
    }

    private func ourUIDs() throws(SyncTrouble) -> Set<UInt32> {
        let host = try readHost().host
        return Set((host.groups[parts.accounts.settings.group]?.members ?? []).compactMap { host.accounts[$0]?.uid })
    }

    private static func apply(
        _ steps: [LimitPlanner.Step],
        by slices: any SliceController,
        progress: @Sendable (Int) -> Void
    ) async -> [LimitPlanner.Step: String] {
        var limits: [UInt32: SliceLimits] = [:]
        var withdrawn: [UInt32] = []
        for step in steps {
            switch step {
            case .set(let uid?, let wanted): limits[uid] = wanted
            case .withdraw(let uid): withdrawn.append(uid)
            case .set(nil, _): break
            }
        }
        var complaints: [LimitPlanner.Step: String] = [:]
        for (uid, problems) in await slices.apply(limits, progress: progress) {
            // What this host cannot limit at all is a finding of its own, and no fault of the others.
            let problems = problems.filter { $0.kind != .unsupported }
            guard !problems.isEmpty, let wanted = limits[uid] else { continue }
            complaints[.set(uid: uid, wanted)] = problems.map(\.reason).joined(separator: " ")
        }
        if !withdrawn.isEmpty {
            for (uid, problem) in await slices.withdraw(withdrawn) { complaints[.withdraw(uid: uid)] = problem.reason }
        }
        return complaints
    }

    // MARK: Disk

    private func diskPlan() throws(SyncTrouble) -> StagePlan {
        let membership = try membership()
        let people = membership.members.compactMap { member in
            member.account.map { (uid: $0.uid, home: $0.home) }
        }
        var supports: [String: DiskQuotaSupport] = [:]
        var unreadable: [String: String] = [:]
        let homes = parts.accounts.settings.home
        let isAnyoneNew = membership.members.contains { $0.account == nil }
        for directory in Set(people.map { DiskPlanner.directory(of: $0.home) } + (isAnyoneNew ? [homes] : [])) {
            do throws(DiskQuotaError) {
                supports[directory] = try parts.disk.support(ofHome: directory).support
            } catch {
                // One odd home is nobody else's trouble.
                unreadable[directory] = "\(error)"
            }
        }
        let disk = parts.disk
        // Where nothing can hold anybody to a limit, no home need be asked.
        let limited = people.filter { person in
            supports[DiskPlanner.directory(of: person.home)].map { $0.problem == nil } ?? false
        }
        let standings = limited.isEmpty ? [:] : disk.standing(of: limited)
        let reading = DiskReading(standings: standings, supports: supports, unreadable: unreadable)
        let plan = DiskPlanner.plan(membership, reading: reading, homes: homes)
        return StagePlan(plan, shows: reading.shows) { steps, progress in
            let limits = steps.compactMap { step in step.uid.map { (uid: $0, home: step.home, limit: step.limit) } }
            let problems = await disk.apply(limits, progress: progress)
            return Dictionary(
                steps.compactMap { step in
                    step.uid.flatMap { problems[$0] }.map { (step, "\($0.reason) \($0.remedy)") }
                },
                uniquingKeysWith: { first, _ in first }
            )
        }
    }

    // MARK: JupyterHub

    private func hubPlan(
        _ part: (HubPlanner.Plans) -> AreaPlan<HubPlanner.HubStep>
    ) async throws(SyncTrouble) -> StagePlan {
        let directory: any HubDirectory
        switch parts.hub {
        case .notConfigured: return .nothing
        case .unusable(let reason): throw SyncTrouble(reason)
        case .directory(let hub): directory = hub
        }
        let plans = try await hubPlans(directory)
        return StagePlan(part(plans.plans), shows: plans.reading.shows) { steps, progress in
            await Self.apply(steps, to: directory, progress: progress)
        }
    }

    private func hubPlans(
        _ directory: any HubDirectory
    ) async throws(SyncTrouble) -> (reading: HubReading, plans: HubPlanner.Plans) {
        if let hub { return hub }
        let found = try await readHub(directory)
        hub = found
        return found
    }

    private func readHub(
        _ directory: any HubDirectory
    ) async throws(SyncTrouble) -> (reading: HubReading, plans: HubPlanner.Plans) {
        var users: [HubUser] = []
        var tokens: [String: Int] = [:]
        do throws(HubError) {
            if let names = scope.names, names.count <= 50 {
                for name in names { if let user = try await directory.user(name.rawValue) { users.append(user) } }
            } else {
                users = try await directory.users()
            }
            let holders = HubPlanner.holders(desired: desired, users: users, scope: scope)
            if !holders.isEmpty { tokens = try await directory.tokens(of: holders) }
        } catch {
            throw SyncTrouble(error)
        }
        let reading = HubReading(desired: desired, users: users, tokens: tokens)
        return (
            reading,
            HubPlanner.plans(
                desired: desired,
                users: users,
                tokens: tokens,
                scope: scope,
                stopsServers: parts.stopsDisabled
            )
        )
    }

    private static func apply(
        _ steps: [HubPlanner.HubStep],
        to hub: any HubDirectory,
        progress: @Sendable (Int) -> Void
    ) async -> [HubPlanner.HubStep: String] {
        var complaints: [HubPlanner.HubStep: String] = [:]
        let settling = steps.compactMap { if case .settle(let name) = $0 { name } else { nil } }
        let stopping = steps.compactMap { if case .stopServers(let name) = $0 { name } else { nil } }
        // Servers first: whoever is gone from the store is known by their groups, which settling takes away.
        if !stopping.isEmpty {
            for (name, error) in await hub.stopServers(of: stopping) { complaints[.stopServers(name)] = "\(error)" }
            progress(stopping.count)
        }
        guard !settling.isEmpty else { return complaints }
        do throws(HubError) {
            for standing in try await hub.settle(settling, progress: { progress(stopping.count + $0) }) {
                if let problem = standing.problem { complaints[.settle(standing.name)] = problem }
            }
        } catch {
            for name in settling { complaints[.settle(name)] = "\(error)" }
        }
        return complaints
    }
}

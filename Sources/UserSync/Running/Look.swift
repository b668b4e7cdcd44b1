import DiskQuotas
import Identity
import JupyterHubClient
import LinuxAccounts
import Slices
import SyncReport

/// One look at the host: what is read serves every stage that is planned from it.
actor Look {
    private let parts: SyncParts
    private let desired: DesiredState
    private let scope: SyncScope
    /// Whether accounts that are to be made count as if they were there.
    private let isForecast: Bool
    private var accounts: (reading: AccountReading, plan: AccountPlanner.Plan)?
    private var members: Membership?
    private var hub: HubPlanner.Plans?

    init(parts: SyncParts, desired: DesiredState, scope: SyncScope, isForecast: Bool) {
        self.parts = parts
        self.desired = desired
        self.scope = scope
        self.isForecast = isForecast
    }

    func plan(_ stage: SyncStage) async throws(SyncTrouble) -> StagePlan {
        switch stage {
        case .hubSwitchOff: try await hubPlan { $0.switchOff }
        case .lock: try accountStage { $0.locking(desired) }
        case .stop: try stopPlan()
        case .accounts: try accountStage { $0.building(desired) }
        case .limits: try await limitPlan()
        case .disk: try diskPlan()
        case .hub: try await hubPlan { $0.settle }
        }
    }

    // MARK: Accounts

    private func readAccounts() throws(SyncTrouble) -> (reading: AccountReading, plan: AccountPlanner.Plan) {
        if let accounts { return accounts }
        let host: HostSnapshot
        do {
            host = try parts.accounts.read()
        } catch {
            throw SyncTrouble(error)
        }
        let reading = AccountReading(
            host: host,
            today: parts.now() / 86_400,
            ownership: { [accounts = parts.accounts] name in accounts.ownership(of: name, in: host) },
            hasWholeHome: { [accounts = parts.accounts] account in accounts.hasWholeHome(account) }
        )
        let plan = AccountPlanner(desired: desired, reading: reading, settings: parts.accounts.settings, scope: scope)
            .plan()
        accounts = (reading, plan)
        return (reading, plan)
    }

    private func accountStage(
        _ choose: (AccountPlanner.Plan) -> AccountPlanner.Plan
    ) throws(SyncTrouble) -> StagePlan {
        let host = parts.accounts
        return StagePlan(choose(try readAccounts().plan)) { steps, progress in
            let problems = await host.apply(steps, progress: progress)
            return Dictionary(problems.map { ($0.change, $0.problem.reason) }, uniquingKeysWith: { first, _ in first })
        }
    }

    private func stopPlan() throws(SyncTrouble) -> StagePlan {
        guard parts.stopsDisabled else { return .nothing }
        let processes = parts.processes
        let (reading, accounts) = try readAccounts()
        let candidates = StopPlanner.candidates(
            desired: desired,
            reading: reading,
            settings: parts.accounts.settings,
            scope: scope,
            locking: isForecast ? accounts.switchedOff(desired) : []
        )
        let plan = StopPlanner.plan(
            candidates,
            host: reading.host,
            processes: processes.running(of: Set(candidates.map(\.uid))),
            refusal: processes.refusal
        )
        return StagePlan(plan) { steps, progress in
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
        let (reading, plan) = try readAccounts()
        let group = parts.accounts.settings.group
        let counts = isForecast && scope.areas.contains(.accounts)
        let found = Membership(
            desired: desired,
            reading: reading,
            scope: scope,
            planned: counts ? AccountPlanner.joining(plan, group: group) : []
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
            return StagePlan(changes: [], findings: [finding]) { _, _ in [:] }
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
            policy: parts.policy
        )
        let outside = OutsidePlanner.findings(membership, layout: slices.layout) { parts.processes.outside(of: $0) }
        return StagePlan(plan, and: outside) { steps, progress in
            await Self.apply(steps, by: slices, progress: progress)
        }
    }

    private func ourUIDs() throws(SyncTrouble) -> Set<UInt32> {
        let host = try readAccounts().reading.host
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
        for (uid, problems) in await slices.apply(limits, progress: progress) where !problems.isEmpty {
            guard let wanted = limits[uid] else { continue }
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
        let homes = parts.accounts.settings.home
        let isAnyoneNew = membership.members.contains { $0.account == nil }
        for directory in Set(people.map { DiskPlanner.directory(of: $0.home) } + (isAnyoneNew ? [homes] : [])) {
            do throws(DiskQuotaError) {
                supports[directory] = try parts.disk.support(ofHome: directory).support
            } catch {
                throw SyncTrouble(error)
            }
        }
        let disk = parts.disk
        // Where nothing can hold anybody to a limit, no home need be asked.
        let limited = people.filter { supports[DiskPlanner.directory(of: $0.home)]?.problem == nil }
        let standings = limited.isEmpty ? [:] : disk.standing(of: limited)
        let reading = DiskReading(standings: standings, supports: supports)
        let plan = DiskPlanner.plan(membership, reading: reading, homes: homes)
        return StagePlan(plan) { steps, progress in
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
        let plans: HubPlanner.Plans
        if let hub { plans = hub } else { plans = try await readHub(directory) }
        hub = plans
        return StagePlan(part(plans)) { steps, progress in
            await Self.apply(steps, to: directory, progress: progress)
        }
    }

    private func readHub(_ directory: any HubDirectory) async throws(SyncTrouble) -> HubPlanner.Plans {
        var users: [HubUser] = []
        do throws(HubError) {
            if let names = scope.names, names.count <= 50 {
                for name in names { if let user = try await directory.user(name.rawValue) { users.append(user) } }
            } else {
                users = try await directory.users()
            }
        } catch {
            throw SyncTrouble(error)
        }
        return HubPlanner.plans(desired: desired, users: users, scope: scope, stopsServers: parts.stopsDisabled)
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

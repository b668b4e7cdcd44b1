import Identity
public import LinuxAccounts
public import Slices
import SyncReport

/// Which limits of slices are not what the user store says.
public enum LimitPlanner {
    public enum Step: Sendable, Hashable {
        /// Limits of a slice; without a uid while the account is still to be made.
        case set(uid: UInt32?, SliceLimits)
        /// Takes our limits from a slice that nobody of ours has any more.
        case withdraw(uid: UInt32)

        /// There is one step a uid; its limits need not go into the hash.
        public func hash(into hasher: inout Hasher) {
            switch self {
            case .set(let uid, _): hasher.combine(uid)
            case .withdraw(let uid): hasher.combine(uid)
            }
        }
    }

    /// - Parameter ourAccounts: the accounts of ours, with and without a row; `nil` where not all people are looked at. Limits of
    ///   other uids are stale: the account was removed by hand, and the uid may come to somebody else.
    /// - Parameter allowsMass: whether the limits of most people may be taken away at once.
    public static func plan(
        _ membership: Membership,
        ourAccounts: Set<UInt32>?,
        reading: LimitReading,
        policy: SlicePolicy,
        settings: AccountSettings = AccountSettings(),
        allowsMass: Bool = false
    ) -> AreaPlan<Step> {
        var plan = AreaPlan<Step>()
        var impossible: [Impossibility: Int] = [:]
        for member in membership.members {
            let wanted = SliceLimits(quota: member.person.quota, policy: policy)
            let name = member.person.name
            guard let account = member.account else {
                plan.add(.set(uid: nil, wanted), change(name, "set \(summary(wanted))", "the account is new"))
                continue
            }
            guard let standing = reading.standings[account.uid] else { continue }
            let problems = standing.problems(against: wanted)
            for problem in problems where problem.kind == .unsupported {
                impossible[Impossibility(limit: problem.limit, reason: problem.reason), default: 0] += 1
            }
            let mendable = problems.filter { $0.kind != .unsupported }
            if !mendable.isEmpty {
                plan.add(
                    .set(uid: account.uid, wanted),
                    change(name, "set \(difference(mendable, standing, wanted))", reason(mendable, wanted))
                )
            }
        }
        for (problem, count) in impossible.sorted(by: { $0.key.reason < $1.key.reason }) {
            plan.add(finding(problem, people: count))
        }
        if let ourAccounts { planWithdrawal(ourAccounts, reading, settings, allowsMass: allowsMass, into: &plan) }
        return plan
    }

    private static func planWithdrawal(
        _ ourAccounts: Set<UInt32>,
        _ reading: LimitReading,
        _ settings: AccountSettings,
        allowsMass: Bool,
        into plan: inout AreaPlan<Step>
    ) {
        let people = reading.ourUIDs.filter { $0 >= settings.minimumUID }
        let stale = people.filter { !ourAccounts.contains($0) }
        guard allowsMass || !MassGuard.isMass(stale.count, of: people.count) else {
            return plan.add(
                SyncFinding(
                    area: .limits,
                    user: nil,
                    kind: "mass-withdraw",
                    text: "\(stale.count) of the \(people.count) slices with limits of ours belong to no member of "
                        + "\(settings.group) any more, so none of them loses its limits.",
                    remedy: "If accounts.group names the right group and this is meant: "
                        + "diycloud-bridge sync-users --allow-mass-disable"
                )
            )
        }
        for uid in stale {
            plan.add(
                .withdraw(uid: uid),
                SyncChange(
                    area: .limits,
                    kind: "withdraw-limits",
                    user: nil,
                    what: "take our limits from uid \(uid)",
                    why: "no account of ours has this uid any more",
                    subject: "\(uid)"
                )
            )
        }
    }

    // MARK: Words

    private static func change(_ name: UserName, _ what: String, _ why: String) -> SyncChange {
        SyncChange(area: .limits, kind: "set-limits", user: name.rawValue, what: what, why: why)
    }

    /// What this host cannot do, for however many people.
    private struct Impossibility: Hashable {
        let limit: SliceLimit?
        let reason: String
    }

    private static func finding(_ problem: Impossibility, people: Int) -> SyncFinding {
        SyncFinding(
            area: .limits,
            user: nil,
            kind: problem.limit.map { "no-\($0.rawValue)-limit" } ?? "no-limits",
            text: people == 1 ? problem.reason : "For \(people) people: \(problem.reason)"
        )
    }

    private static func reason(_ problems: [SliceProblem], _ wanted: SliceLimits) -> String {
        problems.allSatisfy { $0.kind == .notInForce }
            ? "the kernel holds another value than was set" : "the store says \(summary(wanted))"
    }

    private static func summary(_ limits: SliceLimits) -> String {
        "\(text(limits.bound(.cpu), of: .cpu)), \(text(limits.bound(.memory), of: .memory)) of memory"
    }

    private static func difference(
        _ problems: [SliceProblem],
        _ standing: SliceStanding,
        _ wanted: SliceLimits
    ) -> String {
        guard problems.allSatisfy({ $0.limit != nil }) else { return summary(wanted) }
        return problems.compactMap { problem in
            guard let limit = problem.limit else { return nil }
            let place = problem.kind == .notInForce ? standing.inForce : standing.configured
            return "\(title(limit)) \(text(place?[limit], of: limit)) → \(text(wanted.bound(limit), of: limit))"
        }.joined(separator: ", ")
    }

    private static func title(_ limit: SliceLimit) -> String {
        switch limit {
        case .cpu: "CPU"
        case .memory: "memory"
        case .memoryHigh: "throttling at"
        case .swap: "swap"
        case .tasks: "tasks"
        }
    }

    private static func text(_ bound: SliceBound?, of limit: SliceLimit) -> String {
        switch bound {
        case nil: "unset"
        case .unlimited?: "unlimited"
        case .at(let value)?:
            switch limit {
            case .cpu: cores(value)
            case .memory, .memoryHigh, .swap: ByteCount(bytes: value)?.description ?? "\(value) B"
            case .tasks: "\(value)"
            }
        }
    }

    /// - Parameter microseconds: of processor time per second.
    private static func cores(_ microseconds: Int64) -> String {
        let hundredths = microseconds / 10_000
        let text = hundredths % 100 == 0 ? "\(hundredths / 100)" : "\(Double(hundredths) / 100)"
        return text == "1" ? "1 core" : "\(text) cores"
    }
}

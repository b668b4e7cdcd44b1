import DiskQuotas
public import Identity
import LinuxAccounts
import SyncReport

/// One disk limit to set.
public struct DiskStep: Sendable, Hashable {
    /// `nil` while the account is still to be made.
    public let uid: UInt32?
    public let home: String
    public let limit: ByteCount

    public init(uid: UInt32?, home: String, limit: ByteCount) {
        self.uid = uid
        self.home = home
        self.limit = limit
    }
}

/// Which disk limits are not what the user store says.
public enum DiskPlanner {
    /// - Parameter homes: the directory of new homes.
    public static func plan(_ membership: Membership, reading: DiskReading, homes: String) -> AreaPlan<DiskStep> {
        var plan = AreaPlan<DiskStep>()
        var shut: [String: Int] = [:]
        for member in membership.members {
            let quota = member.person.quota.disk
            let directory = member.account.map { Self.directory(of: $0.home) } ?? homes
            if reading.unreadable[directory] != nil || reading.supports[directory]?.problem != nil {
                shut[directory, default: 0] += 1
                continue
            }
            guard let account = member.account else {
                let step = DiskStep(uid: nil, home: "\(homes)/\(member.person.name)", limit: quota)
                add(step, of: member.person, from: nil, into: &plan)
                continue
            }
            guard let standing = reading.standings[account.uid] else { continue }
            if let note = standing.note { plan.add(finding("mount-over-home", note, of: account)) }
            if let problem = standing.problem, !problem.isMendable {
                plan.add(finding("not-in-force", problem, of: account))
            } else if standing.problem != nil || !standing.isSet(to: quota) {
                let step = DiskStep(uid: account.uid, home: account.home, limit: quota)
                add(step, of: member.person, from: standing.limit, into: &plan)
            }
        }
        for (directory, count) in shut.sorted(by: { $0.key < $1.key }) {
            if let reason = reading.unreadable[directory] {
                plan.add(finding(onUnreadable: directory, reason, people: count))
                continue
            }
            guard let support = reading.supports[directory] else { continue }
            plan.add(finding(on: directory, support, people: count))
        }
        return plan
    }

    /// The directory that holds a home; homes beside each other are on one file system but for rare mounts.
    static func directory(of home: String) -> String {
        guard let slash = home.lastIndex(of: "/"), slash != home.startIndex else { return "/" }
        return String(home[..<slash])
    }

    private static func add(
        _ step: DiskStep,
        of person: DesiredPerson,
        from old: ByteCount?,
        into plan: inout AreaPlan<DiskStep>
    ) {
        plan.add(
            step,
            SyncChange(
                area: .disk,
                kind: "set-disk-limit",
                user: person.name.rawValue,
                what: "set disk \(old.map { "\($0)" } ?? "unlimited") → \(step.limit)",
                why: "the store says \(step.limit)"
            )
        )
    }

    private static func finding(_ kind: String, _ problem: DiskProblem, of account: LinuxAccount) -> SyncFinding {
        SyncFinding(
            area: .disk,
            user: account.name,
            kind: kind,
            text: problem.reason,
            remedy: problem.remedy
        )
    }

    private static func finding(onUnreadable directory: String, _ reason: String, people: Int) -> SyncFinding {
        SyncFinding(
            area: .disk,
            user: nil,
            kind: "directory-unreadable",
            text: "Nobody knows the disk limits in \(directory)\(people == 1 ? "" : " (\(people) people)"): \(reason)",
            remedy: "See to it that \(directory) can be reached, or correct the homes in /etc/passwd: usermod --home"
        )
    }

    private static func finding(on directory: String, _ support: DiskQuotaSupport, people: Int) -> SyncFinding {
        let (kind, reason, remedy) =
            switch support {
            case .enforced: ("", "", "")
            case .off(let reason, let remedy): ("quota-off", reason, remedy)
            case .unsupported(let reason, let remedy): ("quota-unsupported", reason, remedy)
            }
        return SyncFinding(
            area: .disk,
            user: nil,
            kind: kind,
            text: "Disk limits are not in force in \(directory)\(people == 1 ? "" : " (\(people) people)"): \(reason)",
            remedy: remedy
        )
    }
}

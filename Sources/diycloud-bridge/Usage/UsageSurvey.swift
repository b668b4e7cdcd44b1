import ArgumentParser
import BridgeConfiguration
import Glibc
import HostAccounts
import Identity
import QuotaProtocol
import QuotaWorker
import Slices
import SyncReport
import Usage
import UserStore

/// Looks at the store, the kernel's files and the disk quotas of this host, as often as it is asked to.
final class UsageSurvey {
    private let names: [UserName]
    private let onlyRunning: Bool
    private let store: StoreReader
    private let reader: SliceReader
    private let policy: SlicePolicy
    private let window: Duration
    private let minimumUID: UInt32
    private let accounts = AccountTable()
    private let disks: HostQuotaSource?
    private let report: SyncReportFile
    private var history: CPUHistory

    /// - Throws: ``CommandFailure`` for a name that cannot be anybody's.
    init(options: StoreOption, names: [String], onlyRunning: Bool) throws {
        let configuration = try options.configuration()
        self.names = try names.map { text in
            guard let name = try? UserName(text) else { throw CommandFailure("\"\(text)\" is no user name") }
            return name
        }
        self.onlyRunning = onlyRunning
        store = try StoreReader(options: options)
        let limits = configuration.limits
        let choice = CgroupLayout.Choice(rawValue: limits.controller.rawValue) ?? .auto
        reader = SliceReader(layout: .detect(controller: choice, treeName: limits.cgroup, forReading: true))
        policy = SlicePolicy(memoryHighPercent: limits.memoryHigh, swapPercent: limits.swap, tasks: limits.tasks)
        window = configuration.usage.window
        minimumUID = configuration.authentication.minimumUID
        // quotactl(2) tells nobody else about other accounts.
        disks = geteuid() == 0 ? HostQuotaSource(minimumUID: configuration.authentication.minimumUID) : nil
        report = SyncReportFile(path: configuration.sync.report)
        history = CPUHistory(window: configuration.usage.window)
    }

    /// Whether disk use can be told.
    var seesDisks: Bool { disks != nil }

    /// What to say when nobody is listed.
    var emptiness: String {
        onlyRunning ? "Nothing of anybody runs." : "Nobody yet. Add somebody with `diycloud-bridge user add NAME`."
    }

    /// Reads the processor counters, to tell rates from.
    func begin() { history.note(counters(), at: .now) }

    /// What everybody uses now.
    /// - Throws: ``CommandFailure`` for a person who is not in the store, ``StoreError`` when it cannot be read.
    func read() throws -> [UsageDocument] {
        let people = try people().map { (record: $0, uid: uid(of: $0.name)) }
        let slices = people.map { person in person.uid.map { slice(of: $0, person.record.quota) } }
        let shown = zip(people, slices).filter { !onlyRunning || $1?.usage != nil }
        let uses = disks?.use(of: shown.compactMap(\.0.uid)) ?? [:]
        let findings = Dictionary(grouping: (try? report.read())?.findings ?? []) { $0.user ?? "" }
        let documents = shown.map { person, slice in
            UsageDocument(
                UsageFacts(
                    name: person.record.name,
                    quota: person.record.quota,
                    policy: policy,
                    slice: slice,
                    disk: person.uid.map { uses[$0] ?? .unknown("Disk use is shown to root only.") },
                    findings: findings[person.record.name.rawValue] ?? []
                ),
                at: .now,
                window: window
            )
        }
        begin()
        return documents
    }

    private func people() throws -> [UserRecord] {
        let users = try store.read().users
        guard !names.isEmpty else { return users.filter(\.isActive) }
        return try names.map { name in
            guard let record = users[name] else { throw CommandFailure("there is no user \(name) in the store") }
            return record
        }
    }

    private func uid(of name: UserName) -> UInt32? {
        accounts.entry(named: name).map(\.uid).flatMap { $0 >= minimumUID ? $0 : nil }
    }

    private func slice(of uid: UInt32, _ quota: Quota) -> UsageFacts.Slice {
        let usage = reader.usage(of: uid)
        let rate = usage.map {
            history.rate(of: uid, fresh: CPUReading(at: .now, microseconds: $0.cpuMicroseconds))
        }
        let limits = SliceLimits(quota: quota, policy: policy)
        let standing = LimitStanding(reader.standing(of: uid), against: limits, in: reader.layout)
        return UsageFacts.Slice(usage: usage, standing: standing, rate: rate ?? .idle)
    }

    private func counters() -> [UInt32: UInt64] {
        var counters: [UInt32: UInt64] = [:]
        for uid in reader.activeUIDs() where uid >= minimumUID { counters[uid] = reader.cpuMicroseconds(of: uid) }
        return counters
    }
}

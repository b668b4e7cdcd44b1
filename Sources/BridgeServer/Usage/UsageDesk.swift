import BridgeConfiguration
import HostAccounts
import Identity
import QuotaClient
import QuotaProtocol
import Slices
import SyncReport
import Synchronization
import Usage
import UserStore

/// What the service knows of what people use, and whether their limits hold. The kernel's files are read when somebody asks; kept are only
/// the counters that rates are told from.
final class UsageDesk: Sendable {
    let reader: SliceReader
    let policy: SlicePolicy
    let window: Duration
    private let minimumUID: UInt32
    private let accounts: AccountTable
    private let quotas: QuotaClient
    private let lastSync: LastSync
    private let history: Mutex<CPUHistory>

    /// - Parameters:
    ///   - layout: how this host keeps processes together.
    ///   - accounts: the Linux accounts of this host.
    init(_ configuration: Configuration, layout: CgroupLayout, accounts: AccountTable = AccountTable()) {
        reader = SliceReader(layout: layout)
        policy = SlicePolicy(configuration.limits)
        window = configuration.usage.window
        minimumUID = configuration.authentication.minimumUID
        self.accounts = accounts
        quotas = QuotaClient(configuration: .init(socketPath: configuration.disk.workerSocket))
        lastSync = LastSync(path: configuration.sync.report)
        history = Mutex(CPUHistory(window: window))
    }

    /// Reads the counters of everybody of whom something runs.
    func sample() async {
        var counters: [UInt32: UInt64] = [:]
        for (index, uid) in reader.activeUIDs().enumerated() where uid >= minimumUID {
            counters[uid] = reader.cpuMicroseconds(of: uid)
            if index % 256 == 255 { await Task.yield() }
        }
        let read = counters
        history.withLock { $0.note(read, at: .now) }
    }

    /// What one person uses now.
    func document(of record: UserRecord) async -> UsageDocument {
        UsageDocument(await facts(of: record), at: .now, window: window)
    }

    /// What several people use now, in their order; the disk is asked for once.
    func documents(of records: [UserRecord]) async -> [UsageDocument] {
        var found: [(record: UserRecord, uid: UInt32?)] = []
        for record in records { found.append((record, await account(of: record.name)?.uid)) }
        let disks = await quotas.use(of: found.compactMap(\.uid))
        var documents: [UsageDocument] = []
        for (record, uid) in found {
            let facts = UsageFacts(
                name: record.name,
                quota: record.quota,
                policy: policy,
                slice: uid.map { slice(of: $0, record.quota) },
                disk: uid.flatMap { disks[$0] },
                findings: await lastSync.findings(of: record.name)
            )
            documents.append(UsageDocument(facts, at: .now, window: window))
        }
        return documents
    }

    /// What runs of somebody; nothing of who has no account that is a person's.
    func occupants(of name: UserName) async -> [SliceOccupant] {
        guard let uid = await account(of: name)?.uid else { return [] }
        return reader.occupants(of: uid)
    }

    /// Whether somebody has a Linux account that is a person's.
    func hasAccount(_ name: UserName) async -> Bool { await account(of: name) != nil }

    /// How many things the last reconciliation could not put right for somebody.
    func findingCount(of name: UserName) async -> Int { await lastSync.count(of: name) }

    /// All that the last reconciliation could not put right.
    func syncFindings() async -> [SyncFinding] { await lastSync.all() }

    /// What is known of one person.
    func facts(of record: UserRecord) async -> UsageFacts {
        let account = await account(of: record.name)
        async let disk = use(of: account)
        async let findings = lastSync.findings(of: record.name)
        return UsageFacts(
            name: record.name,
            quota: record.quota,
            policy: policy,
            slice: account.map { slice(of: $0.uid, record.quota) },
            disk: await disk,
            findings: await findings
        )
    }

    /// Whether a person's limits of processor, memory and tasks hold, or will as soon as something of theirs starts.
    func enforcement(of uid: UInt32, quota: Quota) -> Enforcement {
        standing(of: uid, quota).all
    }

    /// The people of whom something runs, in the order of their uids.
    func running(among people: UserTable, limit: Int = UsageMetrics.limit) async -> UsageMetrics {
        var found: [(record: UserRecord, uid: UInt32)] = []
        for uid in reader.activeUIDs() where uid >= minimumUID {
            guard let entry = await accounts.lookUp(uid: uid), let name = try? UserName(entry.name),
                let record = people[name]
            else { continue }
            found.append((record, uid))
        }
        let shown = found.prefix(limit)
        let disks = await quotas.use(of: shown.map(\.uid))
        let facts = shown.map { record, uid in
            UsageFacts(
                name: record.name,
                quota: record.quota,
                policy: policy,
                slice: slice(of: uid, record.quota),
                disk: disks[uid],
                findings: []
            )
        }
        return UsageMetrics(people: facts, count: found.count)
    }

    /// `nil` also for accounts of the system, whatever the store says of them.
    private func account(of name: UserName) async -> AccountTable.Entry? {
        guard let entry = await accounts.lookUp(name), entry.uid >= minimumUID else { return nil }
        return entry
    }

    private func use(of account: AccountTable.Entry?) async -> DiskUse? {
        guard let uid = account?.uid else { return nil }
        return await quotas.use(of: [uid])[uid]
    }

    private func slice(of uid: UInt32, _ quota: Quota) -> UsageFacts.Slice {
        let usage = reader.usage(of: uid)
        let rate = usage.map { usage in
            let fresh = CPUReading(at: .now, microseconds: usage.cpuMicroseconds)
            return history.withLock { $0.rate(of: uid, fresh: fresh) }
        }
        return UsageFacts.Slice(usage: usage, standing: standing(of: uid, quota), rate: rate ?? .idle)
    }

    private func standing(of uid: UInt32, _ quota: Quota) -> LimitStanding {
        let limits = SliceLimits(quota: quota, policy: policy)
        return LimitStanding(reader.standing(of: uid), against: limits, in: reader.layout)
    }
}

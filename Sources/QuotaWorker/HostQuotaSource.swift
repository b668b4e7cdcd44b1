import DiskQuotas
import HostAccounts
import Identity
public import QuotaProtocol

/// Disk use as the kernel counts it (``DiskQuotas``), for accounts of this host. Wants CAP_SYS_ADMIN, and CAP_DAC_READ_SEARCH for homes
/// that only their owner may look into.
public struct HostQuotaSource: QuotaSource {
    private let quotas = HostDiskQuotas()
    private let accounts = AccountTable()
    private let minimumUID: UInt32

    /// - Parameter minimumUID: accounts below it are not looked at; their entries say so.
    public init(minimumUID: UInt32) { self.minimumUID = minimumUID }

    public func use(of uids: [UInt32]) -> [UInt32: DiskUse] {
        var uses: [UInt32: DiskUse] = [:]
        var people: [(uid: UInt32, home: String)] = []
        for uid in uids {
            guard uid >= minimumUID else {
                uses[uid] = .unknown("uid \(uid) is an account of the system (authentication.minimum_uid)")
                continue
            }
            if let account = accounts.entry(uid: uid) {
                people.append((uid, account.home))
            } else {
                uses[uid] = .unknown("there is no Linux account with uid \(uid)")
            }
        }
        for (uid, standing) in quotas.standing(of: people) { uses[uid] = DiskUse(standing) }
        return uses
    }
}

extension DiskUse {
    /// - Parameter standing: as the kernel has it; of its problem only the reason travels, the way out is an administrator's.
    init(_ standing: DiskStanding) {
        self.init(
            used: standing.used,
            limit: standing.limit,
            unit: UInt32(clamping: standing.unit),
            problem: standing.problem?.reason
        )
    }
}

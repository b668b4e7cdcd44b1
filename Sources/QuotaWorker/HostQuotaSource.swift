import DiskQuotas
import Glibc
import Identity
public import QuotaProtocol

/// Disk use as the kernel counts it (``DiskQuotas``), for accounts of this host. Wants CAP_SYS_ADMIN, and CAP_DAC_READ_SEARCH for homes
/// that only their owner may look into.
public struct HostQuotaSource: QuotaSource {
    private let quotas = HostDiskQuotas()
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
            if let home = Self.home(of: uid) {
                people.append((uid, home))
            } else {
                uses[uid] = .unknown("there is no Linux account with uid \(uid)")
            }
        }
        for (uid, standing) in quotas.standing(of: people) { uses[uid] = DiskUse(standing) }
        return uses
    }

    /// The home directory as getpwuid_r(3) has it; `nil` when there is no such account, or nobody who could say.
    private static func home(of uid: UInt32) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        while true {
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            let problem = getpwuid_r(uid, &entry, &buffer, buffer.count, &found)
            if found != nil { return entry.pw_dir.map { String(cString: $0) } }
            guard problem == ERANGE, buffer.count < 1 << 20 else { return nil }
            buffer = [CChar](repeating: 0, count: buffer.count * 4)
        }
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

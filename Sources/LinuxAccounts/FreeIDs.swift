import Glibc

/// Gives numbers for new accounts that neither a user nor a group has, nor the owner of a home that was left behind.
struct FreeIDs {
    /// nobody (65534), and what systemd gives away at run time (systemd's UIDS-GIDS.md).
    static let system: ClosedRange<UInt32> = 61184...65535

    private let range: ClosedRange<UInt32>
    private var taken: Set<UInt32>
    private var next: UInt32
    private var names: NameService

    init(snapshot: HostSnapshot, settings: AccountSettings, etc: String) {
        names = NameService(etc: etc)
        // (uid_t)-1 is no uid.
        range = settings.minimumUID...max(settings.minimumUID, min(settings.maximumUID, .max - 2))
        taken = Set(snapshot.accounts.values.map(\.uid)).union(snapshot.groups.values.map(\.gid))
        taken.formUnion(HomeDirectories(settings: settings).owners())
        // As useradd(8): behind the highest, so that a number whose owner is gone is not given away at once.
        let highest = taken.filter(range.contains).max()
        next = highest.map { $0 + 1 } ?? range.lowerBound
    }

    /// The next free number, for uid and gid alike; `nil` when there is none left.
    mutating func take() -> UInt32? {
        var hasWrapped = false
        while true {
            if next > range.upperBound {
                guard !hasWrapped else { return nil }
                hasWrapped = true
                next = range.lowerBound
            }
            let candidate = next
            next += 1
            guard !taken.contains(candidate), !Self.system.contains(candidate), !names.isTaken(candidate) else {
                continue
            }
            taken.insert(candidate)
            return candidate
        }
    }
}

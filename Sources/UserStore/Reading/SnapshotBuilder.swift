import Identity

/// Makes a snapshot of rows. Holds every rule for what the rows say together; touches no file.
///
/// Wants all users first, then all allocations, each in the order of their ids, so that the same store gives the same snapshot.
struct SnapshotBuilder {
    private var entries: [UserEntry] = []
    private var places: [Int64: Int32] = [:]
    private var findings: FindingList
    private let userReading: UserReading
    private let allocationReading: AllocationReading

    init(
        fallback: Quota = .platformDefault,
        findingLimit: Int = .max,
        isSystemName: @escaping @Sendable (UserName) -> Bool = { _ in false }
    ) {
        self.findings = FindingList(limit: findingLimit)
        self.userReading = UserReading(isSystemName: isSystemName)
        self.allocationReading = AllocationReading(fallback: fallback)
    }

    /// Makes room for as many users, so that no array is held twice while it grows.
    mutating func reserveCapacity(_ count: Int) {
        entries.reserveCapacity(count)
        places.reserveCapacity(count)
    }

    mutating func add(_ row: StoredUser) {
        if case .integer(let id) = row.id { places[id] = Int32(entries.count) }
        entries.append(userReading.entry(of: row, into: &findings))
    }

    /// The allocation with the lowest id is in force, since the platform's API reads the first; its writes go to all (F-4).
    mutating func add(_ row: StoredAllocation) {
        guard case .integer(let userID) = row.userID, let place = places[userID].map(Int.init) else {
            findings.add(
                .orphanAllocation,
                StoreRow(table: .allocations, id: row.id),
                column: "user_id",
                user: nil,
                raw: row.userID.printable,
                assumed: "Belongs to no user; kept and not used."
            )
            return
        }
        let user = entries[place].storedName
        let quota = allocationReading.quota(of: row, user: user, into: &findings)
        guard let inForce = entries[place].quota else {
            entries[place].quota = quota
            return
        }
        guard quota != inForce else { return }
        findings.add(
            .duplicateAllocation,
            StoreRow(table: .allocations, id: row.id),
            user: user,
            raw: row.summary,
            assumed: "Not used; the first allocation of the user is in force: \(inForce.summary)."
        )
    }

    consuming func build() -> StoreSnapshot {
        places = [:]
        refuseAmbiguousNames()
        reportMissingAllocations()
        let fallback = allocationReading.fallback
        var records: [UserRecord] = []
        records.reserveCapacity(entries.count)
        for entry in entries { if let record = entry.record(fallback: fallback) { records.append(record) } }
        return StoreSnapshot(
            users: UserTable(records),
            refused: entries.compactMap { $0.refused(fallback: fallback) },
            findings: findings.findings,
            findingCounts: findings.counts
        )
    }

    private mutating func reportMissingAllocations() {
        let fallback = allocationReading.fallback
        for entry in entries where entry.quota == nil {
            findings.add(
                .missingAllocation,
                StoreRow(table: .users, id: entry.id),
                user: entry.storedName,
                raw: nil,
                assumed: "No allocation; the default is used: \(fallback.summary)."
            )
        }
    }

    /// Names that fold to one: services such as JupyterHub fold case, so neither owner could be told from the other.
    private mutating func refuseAmbiguousNames() {
        var spellings = NameSpellings()
        for (place, entry) in entries.enumerated() { spellings.add(entry, at: place) }
        for place in spellings.ambiguousPlaces {
            let entry = entries[place]
            if entry.refusal == nil { entries[place].refusal = .ambiguousName }
            findings.add(
                .ambiguousName,
                StoreRow(table: .users, id: entry.id),
                column: "username",
                user: entry.storedName,
                raw: entry.storedName.printable,
                assumed: "Another row has this name but for case; nobody can sign in with either."
            )
        }
    }
}

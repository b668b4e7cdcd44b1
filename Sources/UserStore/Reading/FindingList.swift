import Identity

/// Gathers findings, and counts those that it has no room for.
struct FindingList {
    private(set) var findings: [Finding] = []
    private(set) var counts: [FindingKind: Int] = [:]
    /// How many of each kind are kept.
    let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Texts are asked for only when the finding is kept: a store may have one for each of 100,000 rows.
    mutating func add(
        _ kind: FindingKind,
        _ row: StoreRow,
        column: String? = nil,
        user: StoredValue?,
        raw: @autoclosure () -> String?,
        assumed: @autoclosure () -> String
    ) {
        let count = counts[kind, default: 0] + 1
        counts[kind] = count
        guard count <= limit else { return }
        let suffix = column.map { ":\($0)" } ?? ""
        findings.append(
            Finding(
                id: "\(kind.rawValue):\(row)\(suffix)",
                kind: kind,
                user: user?.printable,
                rawValue: raw(),
                assumed: assumed()
            )
        )
    }
}

/// Names a row in the id of a finding.
struct StoreRow: CustomStringConvertible {
    enum Table: String {
        case users
        case allocations = "resource_allocations"
    }

    let table: Table
    let id: StoredValue

    var description: String { "\(table.rawValue):\(id.printable ?? "null")" }
}

import Identity

/// A person while a snapshot is being built: known but for the quota, and for whether the name is theirs alone.
struct UserEntry {
    /// What the row says of itself when it is not simply a number and a good name: so rare that it may cost an allocation.
    final class OddRow: Sendable {
        let id: StoredValue
        let name: StoredValue

        init(id: StoredValue, name: StoredValue) {
            self.id = id
            self.name = name
        }
    }

    private let number: Int64
    private let oddRow: OddRow?
    /// `nil` when it breaks the rule.
    let name: UserName?
    let email: String?
    let password: PackedPassword
    /// The allocation in force, once met.
    var quota: Quota?
    var refusal: FindingKind?
    let role: Role
    let isActive: Bool

    init(
        row: StoredUser,
        name: UserName?,
        refusal: FindingKind?,
        email: String?,
        role: Role,
        isActive: Bool,
        password: StorePassword
    ) {
        if case .integer(let id) = row.id, name != nil {
            self.number = id
            self.oddRow = nil
        } else {
            self.number = 0
            self.oddRow = OddRow(id: row.id, name: row.name)
        }
        self.name = name
        self.refusal = refusal
        self.email = email
        self.role = role
        self.isActive = isActive
        self.password = PackedPassword(password)
    }

    var id: StoredValue { oddRow?.id ?? .integer(number) }

    var storedName: StoredValue { oddRow?.name ?? .text(name?.rawValue ?? "") }

    func record(fallback: Quota) -> UserRecord? {
        guard refusal == nil, let name, case .integer(let id) = id else { return nil }
        return UserRecord(
            id: id,
            name: name,
            email: email,
            role: role,
            isActive: isActive,
            quota: quota ?? fallback,
            packedPassword: password
        )
    }

    func refused(fallback: Quota) -> RefusedUser? {
        guard let refusal else { return nil }
        var number: Int64?
        if case .integer(let id) = id { number = id }
        return RefusedUser(
            id: number,
            name: storedName.printable ?? "NULL",
            reason: refusal,
            role: role,
            isActive: isActive,
            quota: quota ?? fallback
        )
    }
}

import Identity
import UserStore

/// A user as commands show them; the names of the JSON keys are stable.
struct UserReport: Encodable {
    let id: Int64?
    let name: String
    let role: Role
    let active: Bool
    /// Whether the name lets anybody sign in; if not, ``refusal`` is the kind of the finding that says why.
    let canSignIn: Bool
    let refusal: FindingKind?
    let email: String?
    let cpuCores: Double
    let memoryBytes: Int64
    let diskBytes: Int64
    let gpu: Bool
    /// `legacy`, `well-known`, `none` or `unknown`: what the store itself holds. `nil` for rows that cannot sign in.
    let storePassword: String?

    init(_ user: UserRecord) {
        id = user.id
        name = user.name.rawValue
        role = user.role
        active = user.isActive
        canSignIn = user.isActive
        refusal = nil
        email = user.email
        cpuCores = user.quota.cpuCores
        memoryBytes = user.quota.memory.bytes
        diskBytes = user.quota.disk.bytes
        gpu = user.quota.gpu
        storePassword =
            switch user.password {
            case .legacySHA256: "legacy"
            case .wellKnown: "well-known"
            case .none: "none"
            case .unknown: "unknown"
            }
    }

    init(_ user: RefusedUser) {
        id = user.id
        name = user.name
        role = user.role
        active = user.isActive
        canSignIn = false
        refusal = user.reason
        email = nil
        cpuCores = user.quota.cpuCores
        memoryBytes = user.quota.memory.bytes
        diskBytes = user.quota.disk.bytes
        gpu = user.quota.gpu
        storePassword = nil
    }

    var memory: String { ByteCount(bytes: memoryBytes)?.description ?? "" }
    var disk: String { ByteCount(bytes: diskBytes)?.description ?? "" }
    var state: String { refusal?.rawValue ?? (active ? "active" : "disabled") }

    /// Everybody in the store, in the order of the rows.
    static func all(of snapshot: StoreSnapshot) -> [UserReport] {
        (snapshot.users.map(UserReport.init) + snapshot.refused.map(UserReport.init)).sorted {
            ($0.id ?? 0) < ($1.id ?? 0)
        }
    }
}

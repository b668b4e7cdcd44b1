/// What the last reconciliation did and what it could not put right. Everybody who shows limits reads it, so that nothing
/// is called in force that is not.
public struct SyncReport: Sendable, Equatable, Codable {
    /// How a run dealt with one area.
    public struct Area: Sendable, Equatable, Codable {
        /// When the area was last reconciled, in seconds since 1970.
        public let at: Int64
        /// How many changes were seen to hold after they were made.
        public let applied: Int
        /// How many changes were still wanted when the run looked again.
        public let failed: Int

        public init(at: Int64, applied: Int, failed: Int) {
            self.at = at
            self.applied = applied
            self.failed = failed
        }
    }

    /// When the last run began, in seconds since 1970.
    public let at: Int64
    /// How long the last run took, in milliseconds.
    public let durationMilliseconds: Int
    /// How many people the user store had at the last run.
    public let users: Int
    /// Each area that was ever reconciled on this host since its start, by ``SyncArea``'s raw value.
    public let areas: [String: Area]
    /// What is still different or doubtful, in the order of the areas.
    public let findings: [SyncFinding]
    /// How many findings there were; more than ``findings`` has when ``findingLimit`` was reached.
    public let findingCount: Int

    /// The most findings that are kept.
    public static let findingLimit = 20_000

    public init(
        at: Int64,
        durationMilliseconds: Int,
        users: Int,
        areas: [SyncArea: Area],
        findings: [SyncFinding]
    ) {
        self.at = at
        self.durationMilliseconds = durationMilliseconds
        self.users = users
        self.areas = Dictionary(uniqueKeysWithValues: areas.map { ($0.key.rawValue, $0.value) })
        self.findings = Array(findings.prefix(Self.findingLimit))
        self.findingCount = findings.count
    }

    /// How `area` fared when it was last reconciled; `nil` when it never was since the host started.
    public subscript(area: SyncArea) -> Area? { areas[area.rawValue] }

    /// The findings of one person.
    public func findings(of user: String) -> [SyncFinding] { findings.filter { $0.user == user } }
}

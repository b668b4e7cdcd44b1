/// What phases 0 to 2 of the platform left on this host, harmful or not.
public struct LegacyStanding: Codable, Sendable, Equatable {
    /// The phases of which files were found: 0 (scripts for distributions), 1 (portal page), 2 (people and limits).
    public let phases: [Int]
    /// Where it was installed: `/opt/diycloud`, and what `install.sh --prefix` was told.
    public let prefixes: [String]
    /// The user store, where there is one.
    public let store: String?
    /// Copies of the store that the platform's scripts and tests made beside it; the newest good one may be the only way back
    /// after its test deleted the live store.
    public let storeCopies: [String]
    /// What tells of its age, as sentences.
    public let hints: [String]
    /// Everything of the platform that is there, as absolute paths.
    public let paths: [String]

    /// Whether nothing of the old platform is here.
    public var isEmpty: Bool { phases.isEmpty && paths.isEmpty }
}

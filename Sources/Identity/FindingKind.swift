/// What kind of doubt a ``Finding`` is about. The raw values are stable: scripts may match them.
public enum FindingKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// A memory or disk size that is not plainly a number and a unit (F-6).
    case unparsableSize = "unparsable-size"
    /// A size that was understood although it is oddly written: `2GM`, `512`, `1.5G` (F-6).
    case oddSize = "odd-size"
    /// Text, zero, a negative number or NaN where a number of cores belongs (F-7).
    case badCPULimit = "bad-cpu-limit"
    /// `gpu_access` that is neither yes nor no (F-8).
    case badGPUAccess = "bad-gpu-access"
    /// `is_active` that is neither yes nor no; taken as no (F-9).
    case badActiveFlag = "bad-active-flag"
    /// A role that is neither `user` nor `admin`; taken as `user`.
    case unknownRole = "unknown-role"
    /// Several allocations of one user that do not say the same (F-4, F-17, F-18).
    case duplicateAllocation = "duplicate-allocation"
    /// An allocation whose user does not exist (F-5).
    case orphanAllocation = "orphan-allocation"
    /// A user without an allocation; the default quota is assumed.
    case missingAllocation = "missing-allocation"
    /// A name that Linux refuses (F-21); the row cannot sign in.
    case badName = "bad-name"
    /// A name of the system, such as `root` (F-19); the row cannot sign in.
    case systemName = "system-name"
    /// Two names that differ only by case; neither can be told from the other at sign-in.
    case ambiguousName = "ambiguous-name"
    /// A password column that holds no hash, such as `PLACEHOLDER` (F-2).
    case noPassword = "no-password"
    /// The hash of a password that everybody knows (F-3).
    case wellKnownPassword = "well-known-password"
    /// A password column in a form that the bridge does not know.
    case unknownHash = "unknown-hash"
    /// A mail address that cannot be passed on in a header.
    case badEmail = "bad-email"
    /// A row that could not be read at all.
    case unreadableRow = "unreadable-row"
}

/// Whether a file system holds people to disk limits right now, as the kernel says it.
public enum DiskQuotaSupport: Sendable, Hashable, Codable {
    /// A limit that is set stops writes.
    case enforced
    /// It could, but nobody switched it on.
    /// - `reason`: what is so; a sentence with the mount point.
    /// - `remedy`: what the administrator does on this very mount.
    case off(reason: String, remedy: String)
    /// It cannot limit the space of one person, whatever is switched on.
    case unsupported(reason: String, remedy: String)

    /// The same as a problem of a person; `nil` when limits bite.
    public var problem: DiskProblem? {
        switch self {
        case .enforced: nil
        case .off(let reason, let remedy), .unsupported(let reason, let remedy):
            DiskProblem(reason: reason, remedy: remedy)
        }
    }
}

extension DiskQuotaSupport {
    static func off(_ problem: DiskProblem) -> Self { .off(reason: problem.reason, remedy: problem.remedy) }
    static func unsupported(_ problem: DiskProblem) -> Self {
        .unsupported(reason: problem.reason, remedy: problem.remedy)
    }
}

public import Identity

/// Sets and reads what each person may store.
///
/// All calls read the kernel, none keeps a state; nothing is done to a file system that does not enforce limits already
/// (``DiskQuotaEnabler`` does that, on an administrator's word). Reading and setting want CAP_SYS_ADMIN.
public protocol DiskQuotaController: Sendable {
    /// The file system that holds `home`, and whether it enforces limits.
    /// - Parameter home: an absolute path; where it does not exist yet, its nearest directory that does.
    /// - Throws: ``DiskQuotaError`` when the path cannot be looked at.
    func support(
        ofHome home: String
    ) throws(DiskQuotaError) -> (fileSystem: HomeFileSystem, support: DiskQuotaSupport)

    /// What each one uses and may use; an entry for every uid that was asked for.
    func standing(of people: [(uid: UInt32, home: String)]) -> [UInt32: DiskStanding]

    /// Puts limits in force and looks at each again. The limit is the hard limit; a soft limit with its grace time is taken
    /// away, limits on the number of files stay as they are.
    /// - Parameter progress: called with the number of people done so far, about every hundred.
    /// - Returns: those whose limit is not in force, and why. Empty: all are.
    func apply(
        _ limits: [(uid: UInt32, home: String, limit: ByteCount)],
        progress: @Sendable (Int) -> Void
    ) async -> [UInt32: DiskProblem]
}

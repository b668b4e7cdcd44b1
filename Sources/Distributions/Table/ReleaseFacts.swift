/// One line of ``DistributionTable``: a release, and those after it up to the next line of the same lineage.
struct ReleaseFacts: Sendable, Equatable {
    let lineage: Lineage
    let from: DistributionVersion
    let name: String
    var codename: String?
    let packageManager: PackageManagerKind
    let systemd: Int
    let cgroup: Int
    let glibc: DistributionVersion?
    let mandatoryAccess: MandatoryAccess
    let firewall: ExpectedFirewall
    let pythons: [PythonChoice]
    /// Where to go when ``pythons`` is empty.
    var upgradeTo: String?
    let endOfLife: String?
    /// Where it differs from what ``PackageTable`` says of its lineage.
    var exceptions: [Requirement: PackageChoice] = [:]
}

/// One kind of harm that the old platform did to a host: how it is seen, independently of all others.
protocol Leftover: Sendable {
    /// Stable, in kebab case.
    var id: String { get }

    /// Looks for it and changes nothing.
    /// - Returns: nil when it is not here.
    /// - Throws: ``Unseen`` when that cannot be told.
    func look(at host: LegacyHost) async throws(Unseen) -> LegacyFault?
}

/// One that can be mended without a decision of a person.
protocol MendableLeftover: Leftover {
    /// Mends what ``look(at:)`` finds, and nothing else. Each original goes to `work` first.
    func mend(on host: LegacyHost, _ work: RepairWork) async throws(LegacyRepairError)
}

extension Leftover {
    /// A fault that is mended with `diycloud doctor --fix`.
    func mendable(_ severity: LegacyFault.Severity, what: String, why: String) -> LegacyFault {
        LegacyFault(
            id: id,
            severity: severity,
            what: what,
            why: why,
            remedy: "diycloud doctor --fix \(id)",
            isMendable: true
        )
    }

    /// A fault that waits for a person.
    func forPerson(_ severity: LegacyFault.Severity, what: String, why: String, remedy: String) -> LegacyFault {
        LegacyFault(id: id, severity: severity, what: what, why: why, remedy: remedy, isMendable: false)
    }
}

/// All of them, the most harmful first.
enum Leftovers {
    static let all: [any Leftover] = [
        UserAPI(), InstallLog(), KnownPasswords(), StorePermissions(), StoreDeletingTest(), DamagedFstab(),
        AdminGroup(), PAMNullok(), PAMUseAuthtok(), LimitsForEveryone(), PortalSite(), PortalSelfLink(), PortalTLS(),
        PortalOwner(), DockerRuntime(), GPURules(), DeadCgroups(),
    ]
}

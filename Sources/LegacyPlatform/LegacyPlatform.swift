public import HostPrograms

/// The old platform as it is found on a host: phases 0 to 2, whose scripts were run here once.
///
/// Looks only. Run as root: what cannot be read is a fault of its own, never taken for absent.
public struct LegacyPlatform: Sendable {
    private let host: LegacyHost

    /// - Parameters:
    ///   - root: a directory that stands for the host; in another than `/` no program is run.
    ///   - programs: findmnt, systemctl and nginx are run through it, by repairs only.
    public init(root: String = "/", programs: any HostPrograms) {
        host = LegacyHost(root: root, programs: programs)
    }

    init(host: LegacyHost) { self.host = host }

    /// What of the old platform is here, harmful or not.
    public func look() async -> LegacyStanding { LegacyInventory(host: host).standing }

    /// What of it hurts. Each is looked for on its own: one that cannot be looked at hides no other.
    /// - Returns: the critical ones first.
    public func faults() async -> [LegacyFault] {
        var faults: [LegacyFault] = []
        for leftover in Leftovers.all {
            if let fault = await Self.fault(of: leftover, host) { faults.append(fault) }
        }
        return LegacyFault.Severity.allCases.reversed().flatMap { severity in faults.filter { $0.severity == severity }
        }
    }

    /// Paths from which nginx reads the portal's server of phase 1, which answers in our place.
    public func portalSites() -> [String] { PortalSite.sites(host).map(\.path) }

    private static func fault(of leftover: any Leftover, _ host: LegacyHost) async -> LegacyFault? {
        do throws(Unseen) {
            return try await leftover.look(at: host)
        } catch {
            return leftover.forPerson(
                .warning,
                what: "It cannot be told whether this is so: \(error.reason).",
                why: "What nobody can look at may be anything.",
                remedy: "sudo diycloud doctor"
            )
        }
    }
}

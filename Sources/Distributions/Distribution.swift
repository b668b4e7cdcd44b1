/// The distribution of a host, and what is a fact about it: the only place where names of packages, layouts and groups of
/// different distributions are known.
public struct Distribution: Sendable, Equatable {
    /// `ID` of the host's own os-release: `rocky`, `linuxmint`.
    public let id: String
    /// Its own name for people: `Linux Mint 22.1`.
    public let name: String
    /// The line of releases that its facts are those of.
    public let lineage: Lineage
    /// The release of ``lineage`` that it is or was made from (24.4 for Linux Mint 22); none on a rolling release.
    public let version: DistributionVersion?
    /// The code name of that release, on Debian and Ubuntu and what is made from them: `noble`.
    public let codename: String?
    /// Whether it was found by what it is like, not by what it is.
    public let isDerivative: Bool
    let release: ReleaseFacts

    /// - Throws: ``DistributionError`` when nothing is known about the system, or it is known that it cannot carry the platform.
    public init(_ system: OSRelease) throws(DistributionError) {
        let place = try Resolution.resolve(system)
        guard let release = DistributionTable.release(of: place.lineage, place.version) else {
            let minimum = DistributionTable.oldest(of: place.lineage)?.name ?? place.lineage.rawValue
            throw .tooOld(name: system.prettyName, minimum: minimum)
        }
        self.id = system.id
        self.name = system.prettyName
        self.lineage = place.lineage
        self.version = place.version
        self.codename = place.codename ?? release.codename
        self.isDerivative = place.isDerivative
        self.release = release
    }

    public var family: Family { lineage.family }
    public var packageManager: PackageManagerKind { release.packageManager }

    /// What to install for a requirement.
    public func packages(_ requirement: Requirement) -> PackageChoice {
        if requirement == .pythonVenv { return pythonChoice }
        return release.exceptions[requirement] ?? PackageTable.choice(requirement, on: lineage)
    }

    /// The Pythons of at least 3.10 that it has packages of, the best first; empty when it has none.
    public var pythons: [PythonChoice] { release.pythons }

    private var pythonChoice: PackageChoice {
        guard !release.pythons.isEmpty else {
            return .unavailable(
                why: "\(name) has no Python of \(PythonChoice.minimum) or newer, which JupyterHub needs",
                wayOut: """
                    Upgrade to \(release.upgradeTo ?? "a newer release"), or install everything but JupyterHub: leave out the \
                    component jupyterhub.
                    """
            )
        }
        guard release.pythons.count > 1 else { return .packages(release.pythons[0].packages) }
        return .alternatives(
            release.pythons.map(\.packages),
            wayOut:
                "Enable the repository that has Python \(PythonChoice.minimum) or newer (AppStream on Red Hat's kind)."
        )
    }

    // MARK: - What it has by itself

    public var nginx: NginxLayout { PlaceTable.nginx(family) }
    /// The ending of the file in `share/pam/` that stands for this family's PAM stack: `debian`, `redhat`, `suse`, `arch`.
    public var pamFlavour: String { family == .fedora ? Family.redhat.rawValue : family.rawValue }
    /// Whose members may become root by sudo.
    public var adminGroup: String { PlaceTable.adminGroup(family) }
    /// The group of `/etc/shadow` when a group may read it; nil when it is root's alone.
    public var shadowGroup: String? { PlaceTable.shadowGroup(family) }
    public var loginNameRule: LoginNameRule { PlaceTable.loginNameRule(family) }
    /// The directory where the distribution's own tools look for repositories of an administrator.
    public var repositoryDirectory: String { PlaceTable.repositoryDirectory(family) }
    /// The firewall that a fresh installation has.
    public var firewall: ExpectedFirewall { release.firewall }
    /// What a fresh installation has; a host may have been changed since, so look.
    public var mandatoryAccess: MandatoryAccess { release.mandatoryAccess }
    /// Of a fresh installation.
    public var cgroupVersion: Int { release.cgroup }
    /// The first systemd that the release came with.
    public var systemdVersion: Int { release.systemd }
    /// The C library's version, which decides whether a program built elsewhere can start; nil on a rolling release.
    public var glibcVersion: DistributionVersion? { release.glibc }
    /// When its makers end free security updates, `2029-04`; nil when there is no such day.
    public var endOfLife: String? { release.endOfLife }

    // MARK: - Docker's own packages

    /// Where Docker's own packages for it are; nil when Docker makes none.
    public var dockerRepository: RepositoryAddress? { DockerTable.repository(for: self) }
    /// Packages that are in the way of Docker's own.
    public var dockerConflicts: [String] { DockerTable.conflicts(family) }
}

/// Distributions that are alike in what they call things and where they put them.
public enum Family: String, Sendable, Codable, CaseIterable {
    /// Debian, Ubuntu, and what is made from them.
    case debian
    /// Red Hat Enterprise Linux, what is built from its sources, CentOS Stream, Amazon Linux.
    case redhat
    case fedora
    case arch
    /// openSUSE and SUSE Linux Enterprise.
    case suse
}

/// A line of releases that are counted together: the first column of ``DistributionTable``.
public enum Lineage: String, Sendable, Codable, CaseIterable {
    case debian, ubuntu
    /// RHEL, Rocky, AlmaLinux, CentOS Stream, Oracle Linux: one number means the same in all of them.
    case enterpriseLinux
    case amazonLinux
    case fedora
    case arch
    /// Leap, and SLES, which it shares its packages with.
    case leap
    case tumbleweed

    public var family: Family {
        switch self {
        case .debian, .ubuntu: .debian
        case .enterpriseLinux, .amazonLinux: .redhat
        case .fedora: .fedora
        case .arch: .arch
        case .leap, .tumbleweed: .suse
        }
    }
}

/// The program that installs packages.
public enum PackageManagerKind: String, Sendable, Codable, CaseIterable {
    case apt, dnf4, dnf5, zypper, pacman
}

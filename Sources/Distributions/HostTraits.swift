/// A Python that is new enough, and what has to be installed for it.
public struct PythonChoice: Sendable, Equatable {
    /// What JupyterHub as it is pinned in `config/jupyterhub` asks for (`requires-python`).
    public static let minimum = DistributionVersion(3, 10)

    /// Its bare name, `python3.12`: never a link that an administrator may have turned elsewhere.
    public let program: String
    public let packages: [String]
}

/// The firewall that a distribution starts with.
public enum ExpectedFirewall: String, Sendable, Codable {
    case none
    case firewalld
    /// Installed, and off until somebody turns it on.
    case ufwInactive
}

/// Rules of the kernel beyond file permissions.
public enum MandatoryAccess: String, Sendable, Codable {
    case selinux, appArmor, none
}

/// Which names `useradd` takes.
public enum LoginNameRule: String, Sendable, Codable {
    /// `[a-z_][a-z0-9_-]*` and an optional `$`: useradd(8) as its authors ship it.
    case strict
    /// Debian's: nearly anything without `:`, blanks and a leading `-`; `Alice` and `josé` among them.
    case lax
}

/// A repository of packages that is not the distribution's own, and how its key is known.
public struct RepositoryAddress: Sendable, Equatable {
    /// The name of its files: letters, digits, `-`.
    public let name: String
    /// For people.
    public let title: String
    /// Without a slash at its end.
    public let url: String
    /// The release, where repositories are of Debian's kind: `bookworm`.
    public let suite: String?
    public let components: [String]
    /// Where the key can be fetched. What comes from there counts only if its fingerprint is ``fingerprint``.
    public let keyURL: String
    /// Of the OpenPGP primary key: 40 hexadecimal digits.
    public let fingerprint: String

    public init(
        name: String,
        title: String,
        url: String,
        suite: String? = nil,
        components: [String] = [],
        keyURL: String,
        fingerprint: String
    ) {
        self.name = name
        self.title = title
        self.url = url
        self.suite = suite
        self.components = components
        self.keyURL = keyURL
        self.fingerprint = fingerprint
    }
}

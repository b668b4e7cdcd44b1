/// Something that the platform needs from the distribution's packages, whatever they are called there.
public enum Requirement: String, CaseIterable, Sendable, Codable {
    case nginx
    /// What `diycloud-bridge` and `diycloud` are linked with: libpam, libcrypt.so.1, libsqlite3.
    case runtimeLibraries
    /// The distribution's own Docker engine and its command.
    case dockerDistribution
    /// `docker compose`, or `docker-compose` where the distribution has only the old one.
    case dockerCompose
    /// Docker's own packages, once ``Distribution/dockerRepository`` is there.
    case dockerCE
    /// A Python of at least 3.10 that can make virtual environments; see also ``Distribution/pythons``.
    case pythonVenv
    case node
    /// JupyterHub's proxy.
    case configurableHTTPProxy
    /// The `sqlite3` command.
    case sqliteTool
    /// `setquota`, `repquota`, `quotaon`.
    case quotaTools
    /// `semanage`.
    case selinuxTools
    /// `apparmor_parser`, without which Docker starts nothing on a kernel with AppArmor.
    case apparmorParser
    /// certbot and its nginx plugin.
    case certbot
    case nftables
    case openssl
    case curl
    case caCertificates
}

/// What to install for a ``Requirement``.
public enum PackageChoice: Sendable, Equatable {
    /// These; none when the distribution always has it, or has no use for it.
    case packages([String])
    /// The first of these sets that the repositories have whole. When they have none: `wayOut` says what a person can do.
    case alternatives([[String]], wayOut: String)
    /// The distribution does not have it.
    case unavailable(why: String, wayOut: String)
}

extension PackageChoice: ExpressibleByStringLiteral {
    /// Names between blanks: `"nodejs npm"`.
    public init(stringLiteral names: String) { self = .packages(names.split(separator: " ").map(String.init)) }
}

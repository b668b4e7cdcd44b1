/// What an administrator chose. Remembered, so that a later run without arguments means the same.
public struct InstallOptions: Codable, Equatable, Sendable {
    /// Where the certificate of the web server comes from.
    public enum Certificate: Codable, Equatable, Sendable {
        case selfSigned
        /// Files in PEM, the certificate with its chain.
        case files(certificate: String, key: String)
        /// From Let's Encrypt, by certbot; the address gets warnings of expiry.
        case certbot(email: String)
    }

    public enum DockerSource: String, Codable, Sendable, CaseIterable {
        case distribution
        case dockerCE = "docker-ce"
    }

    /// What people find in their notebooks.
    public enum Profile: String, Codable, Sendable, CaseIterable { case minimal, scientific, ml }

    public enum Firewall: String, Codable, Sendable, CaseIterable {
        /// Ask, where somebody can answer; else leave.
        case ask
        case open, leave
    }

    /// Empty means all.
    public var components: Set<Component> = []
    /// The name that browsers use; nil means the host's own full name.
    public var hostName: String?
    public var certificate: Certificate = .selfSigned
    public var dockerSource: DockerSource = .distribution
    public var profile: Profile = .scientific
    /// A directory with Python packages, for a host without a way to PyPI.
    public var wheelhouse: String?
    /// A directory with archives of images (`docker save`), for a host without a way to a registry.
    public var images: String?
    public var firewall: Firewall = .ask
    /// Write over what an administrator changed. Never remembered.
    public var force = false

    public init() {}

    /// What is kept between runs: everything but `force`.
    public var remembered: InstallOptions {
        var kept = self
        kept.force = false
        return kept
    }
}

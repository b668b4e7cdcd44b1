// Stands in until branch "packages" is merged; then this file goes.
public struct NginxLayout: Sendable, Equatable {
    public var user: String
    public var group: String
}
public struct Distribution: Sendable, Equatable {
    public let id: String
    public let family: Family
    public var packageManager: PackageManagerKind { .apt }
    public var nginx: NginxLayout { NginxLayout(user: "www-data", group: "www-data") }
    public var pamFlavour: String { "debian" }
    public init(_ release: OSRelease) throws(DistributionError) { id = release.id; family = .debian }
    public func packages(_ requirement: Requirement) -> PackageChoice { .packages([]) }
}
/// Why this system is none that the installer can work on.
public enum DistributionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Neither its `ID` nor its `ID_LIKE` is known.
    case unknown(name: String, id: String)
    /// Known, and older than the first release that has what is needed.
    case tooOld(name: String, minimum: String)
    /// Its system is an image that a package manager does not change (Silverblue, CoreOS, MicroOS, SteamOS).
    case imageBased(name: String)
    /// It does without systemd, by its own decision.
    case withoutSystemd(name: String)

    public var description: String {
        switch self {
        case .unknown(let name, let id):
            """
            \(name) (ID=\(id)) is not known here. To install on it would need to be known: its package manager (apt, dnf, \
            zypper or pacman) and its names for nginx, Docker and Python; that it runs systemd \
            239 or newer; and where its nginx includes servers from. If it was made from a \
            distribution that is known (…), its /etc/os-release should say so in ID_LIKE.
            """
        case .tooOld(let name, let minimum):
            "\(name) is too old: its systemd or its Python lack what is needed. Upgrade it to \(minimum) or newer first."
        case .imageBased(let name):
            """
            \(name) is an image that packages are not installed into. Install on the ordinary edition of the same \
            distribution, or in a virtual machine.
            """
        case .withoutSystemd(let name):
            "\(name) does without systemd, which every service, slice and limit here is built on. Install on one with it."
        }
    }
}
/// A release's number: `24.04`, `9.5`, `43`.
public struct DistributionVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let major: Int
    /// The second number as it is counted (`04` is 4); none where the release has only one.
    public let minor: Int?

    public init(_ major: Int, _ minor: Int? = nil) {
        self.major = major
        self.minor = minor
    }

    /// The first one or two numbers of `VERSION_ID`; nil when it does not begin with one.
    public init?(_ text: String) {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
            .prefix { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }.compactMap { Int($0) }
        guard let major = numbers.first else { return nil }
        self.init(major, numbers.count > 1 ? numbers[1] : nil)
    }

    /// With the second number in two digits from Ubuntu's, which count months; otherwise as it is.
    public var description: String { minor.map { "\(major).\($0)" } ?? "\(major)" }

    public static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor ?? 0) < (right.major, right.minor ?? 0)
    }
}
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
/// What `/etc/os-release` says of a system: os-release(5).
///
/// A value made of text. Whoever reads the file takes `/etc/os-release`, and `/usr/lib/os-release` if that is not there.
public struct OSRelease: Sendable, Equatable {
    /// Every assignment of the file, with its quoting taken away. A later one replaces an earlier one.
    public let fields: [String: String]

    /// Reads the text of the file. Nothing is refused: a line that is no assignment is passed over, as the shell-like
    /// parsers of systemd do.
    public init(parsing text: String) {
        var fields: [String: String] = [:]
        for line in text.split(omittingEmptySubsequences: true, whereSeparator: { $0 == "\n" || $0 == "\r\n" }) {
            guard let (name, value) = Self.assignment(in: line.unicodeScalars) else { continue }
            fields[name] = value
        }
        self.fields = fields
    }

    /// `ID`: lower case, `linux` where the file says nothing.
    public var id: String { self["ID"]?.lowercased() ?? "linux" }
    /// `ID_LIKE`: what it was made from, the closest relative first.
    public var idLike: [String] { (self["ID_LIKE"] ?? "").lowercased().split(separator: " ").map(String.init) }
    /// `VERSION_ID`: `24.04`, `9.5`, `20250211`; none on a rolling release.
    public var versionID: String? { self["VERSION_ID"] }
    /// `PRETTY_NAME`, or `NAME`, or the id: what a person calls it.
    public var prettyName: String { self["PRETTY_NAME"] ?? self["NAME"] ?? id }
    /// `VERSION_CODENAME`: the name of its own release, which repositories of Debian's kind are ordered by.
    public var codename: String? { self["VERSION_CODENAME"] }
    /// `UBUNTU_CODENAME`: the Ubuntu release that it was made from.
    public var ubuntuCodename: String? { self["UBUNTU_CODENAME"] }
    /// `DEBIAN_CODENAME`: the Debian release that it was made from (Linux Mint's Debian edition says so).
    public var debianCodename: String? { self["DEBIAN_CODENAME"] }
    /// `VARIANT_ID`: `server`, `silverblue`, `coreos`.
    public var variantID: String? { self["VARIANT_ID"] }

    /// A field that is there and says something.
    private subscript(name: String) -> String? {
        guard let value = fields[name], !value.isEmpty else { return nil }
        return value
    }

    // MARK: - The grammar

    /// `NAME=value`; nil for a comment, an empty line, and what is no assignment.
    private static func assignment(in line: Substring.UnicodeScalarView) -> (String, String)? {
        let line = line.drop(while: \.properties.isWhitespace)
        guard let equals = line.firstIndex(of: "=") else { return nil }
        let name = line[..<equals]
        guard let first = name.first, !isDigit(first), name.allSatisfy({ isLetter($0) || isDigit($0) || $0 == "_" })
        else { return nil }
        return (String(name), unquoted(line[line.index(after: equals)...]))
    }

    /// A value without its quotes.
    ///
    /// The rules of the shell, without expansion: in double quotes a backslash hides `"`, `$`, `\` and a backtick; in
    /// single quotes nothing is special; outside of quotes a backslash hides what follows, and a blank ends the value.
    private static func unquoted(_ text: Substring.UnicodeScalarView) -> String {
        var value = String.UnicodeScalarView()
        var quote: Unicode.Scalar?
        var rest = text
        while let next = rest.popFirst() {
            switch (quote, next) {
            case (nil, "\""), (nil, "'"):
                quote = next
            case (nil, _) where next.properties.isWhitespace:
                return String(value)
            case (let open?, next) where open == next:
                quote = nil
            case ("\"", "\\"):
                guard let hidden = rest.first, "\"$\\`".unicodeScalars.contains(hidden) else {
                    value.append(next)
                    continue
                }
                value.append(hidden)
                rest.removeFirst()
            case (nil, "\\"):
                if let hidden = rest.popFirst() { value.append(hidden) }
            default:
                value.append(next)
            }
        }
        return String(value)
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool { ("A"..."Z").contains(scalar) || ("a"..."z").contains(scalar) }
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}
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

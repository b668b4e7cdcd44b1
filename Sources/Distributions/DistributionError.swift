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
            \(DistributionTable.minimumSystemd) or newer; and where its nginx includes servers from. If it was made from a \
            distribution that is known (\(DistributionTable.known)), its /etc/os-release should say so in ID_LIKE.
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

public import Distributions
public import HostPrograms

/// Makes the adapter for a host's package manager.
public enum PackageManagers {
    /// - Parameters:
    ///   - kind: what the table says of the distribution. Of dnf's two generations the one that is really there is taken.
    ///   - root: another root than this host's, e.g. the directory of an image; the programs run here and act there.
    ///   - patience: how long others' locks are waited for.
    ///   - wholeSystemUpgrade: on Arch, whether a package that the lists do not know yet may be had by `pacman -Syu`, which
    ///     upgrades everything. Otherwise that is refused with ``PackageError/needsFullUpgrade(_:)``.
    public static func make(
        _ kind: PackageManagerKind,
        programs: any HostPrograms,
        root: String = "/",
        patience: LockPatience = LockPatience(),
        wholeSystemUpgrade: Bool = false
    ) -> any PackageManager {
        let commands = PackageCommands(programs: programs, root: root, patience: patience)
        return switch kind {
        case .apt: Apt(commands: commands)
        case .dnf4: Dnf(generation: programs.has("dnf") || !programs.has("dnf5") ? .four : .five, commands: commands)
        case .dnf5: Dnf(generation: programs.has("dnf5") || !programs.has("dnf") ? .five : .four, commands: commands)
        case .zypper: Zypper(commands: commands)
        case .pacman: Pacman(upgradesAll: wholeSystemUpgrade, commands: commands)
        }
    }
}

/// How long a lock of the package manager is waited for: unattended upgrades can take a while.
public struct LockPatience: Sendable, Equatable {
    public var limit: Duration
    /// Between two looks.
    public var interval: Duration

    public init(limit: Duration = .seconds(900), interval: Duration = .seconds(2)) {
        self.limit = limit
        self.interval = interval
    }
}

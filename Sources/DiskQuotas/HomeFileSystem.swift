/// The mounted file system that holds a home, as this process sees it (`/proc/self/mountinfo`, proc_pid_mountinfo(5)).
public struct HomeFileSystem: Sendable, Hashable, Codable {
    /// The kinds that limit the space of one person.
    public enum Kind: Sendable, Hashable, Codable, CustomStringConvertible {
        /// ext2, ext3 or ext4: one driver, one kind of quota.
        case ext4
        case xfs
        case btrfs
        /// Anything else, by the kernel's name: `overlay`, `nfs4`, `zfs`, `tmpfs`.
        case other(String)

        /// - Parameter type: the file system's type as the kernel writes it.
        public init(type: String) {
            self =
                switch type {
                case "ext2", "ext3", "ext4": .ext4
                case "xfs": .xfs
                case "btrfs": .btrfs
                default: .other(type)
                }
        }

        public var description: String {
            switch self {
            case .ext4: "ext4"
            case .xfs: "xfs"
            case .btrfs: "btrfs"
            case .other(let name): name
            }
        }
    }

    /// Where it is mounted, an absolute path.
    public let mountPoint: String
    /// What is mounted: a block device for most (`/dev/sda2`), a name for others (`server:/home`, `overlay`, `tank/home`).
    public let source: String
    public let kind: Kind
    /// The options of the mount and of its file system. A hint for a person only: `usrquota` here does not say that limits bite.
    public let options: [String]

    public init(mountPoint: String, source: String, kind: Kind, options: [String]) {
        self.mountPoint = mountPoint
        self.source = source
        self.kind = kind
        self.options = options
    }
}

/// The mounts that this process sees, as `/proc/self/mountinfo` lists them (proc_pid_mountinfo(5)).
struct MountTable: Sendable, Equatable {
    /// One mount.
    struct Mount: Sendable, Equatable {
        let id: UInt64
        let deviceMajor: UInt32
        let deviceMinor: UInt32
        /// What part of the file system is mounted: `/` for all of it; else a bind mount or a btrfs subvolume.
        let root: String
        let mountPoint: String
        let type: String
        let source: String
        /// Those of the mount, then those of its file system.
        let options: [String]

        var fileSystem: HomeFileSystem {
            HomeFileSystem(mountPoint: mountPoint, source: source, kind: .init(type: type), options: options)
        }
    }

    let mounts: [Mount]

    /// - Parameter text: the file's contents; lines that make no sense are left out.
    init(parsing text: String) {
        mounts = text.split(separator: "\n").compactMap { Self.mount($0) }
    }

    /// - Throws: ``DiskQuotaError/unreadable(path:errno:)``
    static func read(_ path: String = "/proc/self/mountinfo") throws(DiskQuotaError) -> MountTable {
        MountTable(parsing: String(decoding: try WholeFile.read(path).bytes, as: UTF8.self))
    }

    /// The mount that holds a path without symbolic links: by its id where the kernel told it, else the last one mounted at the
    /// longest mount point above the path. Of that, the device must agree, except on btrfs, whose subvolumes have device numbers
    /// of their own.
    func mount(holding path: String, id: UInt64?, deviceMajor: UInt32, deviceMinor: UInt32) -> Mount? {
        if let id, let mount = mounts.first(where: { $0.id == id }) { return mount }
        var best: Mount?
        for mount in mounts where Self.isAncestor(mount.mountPoint, of: path) {
            if mount.mountPoint.utf8.count >= best?.mountPoint.utf8.count ?? 0 { best = mount }
        }
        guard let best else { return nil }
        let sameDevice = best.deviceMajor == deviceMajor && best.deviceMinor == deviceMinor
        return sameDevice || best.type == "btrfs" ? best : nil
    }

    /// All mounts of the same file system, in the order of mounting.
    func mounts(ofSameFileSystemAs mount: Mount) -> [Mount] {
        mounts.filter { $0.deviceMajor == mount.deviceMajor && $0.deviceMinor == mount.deviceMinor }
    }

    private static func isAncestor(_ mountPoint: String, of path: String) -> Bool {
        mountPoint == "/" || path == mountPoint || path.hasPrefix(mountPoint + "/")
    }

    private static func mount(_ line: Substring) -> Mount? {
        let fields = line.split(separator: " ", omittingEmptySubsequences: false)
        // Six fixed fields, optional ones up to a lone hyphen, then type, source and options of the file system.
        guard fields.count >= 10, let hyphen = fields[6...].firstIndex(of: "-"), fields.count > hyphen + 3,
            let id = UInt64(fields[0])
        else { return nil }
        let device = fields[2].split(separator: ":", omittingEmptySubsequences: false)
        guard device.count == 2, let major = UInt32(device[0]), let minor = UInt32(device[1]) else { return nil }
        let mountPoint = OctalEscapes.decode(fields[4])
        guard mountPoint.hasPrefix("/") else { return nil }
        return Mount(
            id: id,
            deviceMajor: major,
            deviceMinor: minor,
            root: OctalEscapes.decode(fields[3]),
            mountPoint: mountPoint,
            type: String(fields[hyphen + 1]),
            source: OctalEscapes.decode(fields[hyphen + 2]),
            options: (fields[5].split(separator: ",") + fields[hyphen + 3].split(separator: ",")).map(String.init)
        )
    }
}

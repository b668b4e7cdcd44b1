import CQuota
import Glibc

/// An open directory that stands for its file system.
struct HomeDirectory: ~Copyable {
    let descriptor: Int32
    let place: cquota_place
    /// Whether it is the home itself, not the nearest directory above one that does not exist yet.
    let isHome: Bool

    private init(descriptor: Int32, place: cquota_place, isHome: Bool) {
        self.descriptor = descriptor
        self.place = place
        self.isHome = isHome
    }

    deinit { close(descriptor) }

    /// Opens a home, without the right to read it. A home that is a symbolic link is refused: the account's owner could have made
    /// it (links above it are the administrator's: `/home` may be one).
    /// - Throws: ``DiskQuotaError``
    static func open(_ home: String) throws(DiskQuotaError) -> HomeDirectory {
        guard home.hasPrefix("/"), !home.utf8.contains(0) else { throw .notADirectory(path: home) }
        var path = Substring(home)
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        var isHome = true
        while true {
            // Of a directory above the home, a link is followed: it is the administrator's.
            let descriptor = cquota_open(String(path), isHome ? 0 : 1)
            if descriptor >= 0 { return try .init(owning: descriptor, path: home, isHome: isHome) }
            switch errno {
            case ENOENT where path != "/":
                isHome = false
                path = path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex)
                while path.count > 1, path.hasSuffix("/") { path.removeLast() }
            case ENOTDIR, ELOOP: throw .notADirectory(path: home)
            case let code: throw .unreadable(path: home, errno: code)
            }
        }
    }

    private init(owning descriptor: Int32, path: String, isHome: Bool) throws(DiskQuotaError) {
        var place = cquota_place()
        let code = cquota_look(descriptor, &place)
        guard code == 0 else {
            close(descriptor)
            throw .unreadable(path: path, errno: code)
        }
        self.init(descriptor: descriptor, place: place, isHome: isHome)
    }

    var isBtrfs: Bool { place.file_system == Int64(CQUOTA_BTRFS) }

    /// Whether it is the top of a btrfs subvolume.
    var isSubvolume: Bool { isBtrfs && isHome && place.inode == UInt64(CQUOTA_SUBVOLUME_INODE) }

    /// The path without symbolic links, as the kernel knows it.
    var realPath: String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX) + 1) { buffer in
            guard let start = buffer.baseAddress else { return nil }
            let count = readlink("/proc/self/fd/\(descriptor)", start, Int(PATH_MAX))
            guard count > 0 else { return nil }
            start[count] = 0
            return String(cString: start)
        }
    }

    /// The mount that holds it.
    /// - Throws: ``DiskQuotaError``
    func mount(in table: MountTable) throws(DiskQuotaError) -> MountTable.Mount {
        let path = realPath ?? ""
        let mount = table.mount(
            holding: path,
            id: place.mount_id == 0 ? nil : place.mount_id,
            deviceMajor: place.device_major,
            deviceMinor: place.device_minor
        )
        guard let mount else { throw .notMounted(path: path) }
        return mount
    }
}

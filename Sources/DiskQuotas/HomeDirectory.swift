import CQuota
import Glibc

/// An open directory that stands for its file system.
struct HomeDirectory: ~Copyable {
    let descriptor: Int32
    let place: cquota_place
    /// Whether it is the home itself, not the nearest directory above one that does not exist yet.
    let isHome: Bool
    /// Whether its owner has mounted something over the home, and this is the directory above it.
    let isCovered: Bool

    private init(descriptor: Int32, place: cquota_place, isHome: Bool, isCovered: Bool = false) {
        self.isCovered = isCovered
        self.descriptor = descriptor
        self.place = place
        self.isHome = isHome
    }

    deinit { close(descriptor) }

    /// Opens a home, without the right to read it. A home that is a symbolic link is refused: the account's owner could have made
    /// it (links above it are the administrator's: `/home` may be one).
    ///
    /// Anybody may mount a file system of their own over their home (fusermount3(1)), into which not even root may look
    /// (mount.fuse3(8), `allow_other`). Limits are kept by uid and file system, so the directory above it will do.
    /// - Throws: ``DiskQuotaError``
    static func open(_ home: String) throws(DiskQuotaError) -> HomeDirectory {
        guard home.hasPrefix("/"), !home.utf8.contains(0) else { throw .notADirectory(path: home) }
        var path = Substring(home)
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        var isHome = true
        var isCovered = false
        func climb() {
            isHome = false
            path = path.prefix(through: path.lastIndex(of: "/") ?? path.startIndex)
            while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        }
        while true {
            // Of a directory above the home, a link is followed: it is the administrator's.
            let descriptor = cquota_open(String(path), isHome ? 0 : 1)
            if descriptor >= 0 {
                if isHome, path != "/", coversHome(descriptor) {
                    close(descriptor)
                    isCovered = true
                    climb()
                    continue
                }
                return try .init(owning: descriptor, path: home, isHome: isHome, isCovered: isCovered)
            }
            switch errno {
            case ENOENT where path != "/": climb()
            case EACCES where isHome && path != "/", ENOTCONN where isHome && path != "/":
                isCovered = true
                climb()
            case ENOTDIR, ELOOP: throw .notADirectory(path: home)
            case let code: throw .unreadable(path: home, errno: code)
            }
        }
    }

    /// FUSE lets nobody but its owner look (EACCES), answers nobody once its daemon is gone (ENOTCONN), or says what it is.
    private static func coversHome(_ descriptor: Int32) -> Bool {
        var place = cquota_place()
        switch cquota_look(descriptor, &place) {
        case 0: return place.file_system == Int64(CQUOTA_FUSE)
        case EACCES, ENOTCONN: return true
        default: return false
        }
    }

    private init(
        owning descriptor: Int32,
        path: String,
        isHome: Bool,
        isCovered: Bool
    ) throws(DiskQuotaError) {
        var place = cquota_place()
        let code = cquota_look(descriptor, &place)
        guard code == 0 else {
            close(descriptor)
            throw .unreadable(path: path, errno: code)
        }
        self.init(descriptor: descriptor, place: place, isHome: isHome, isCovered: isCovered)
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

import CQuota
import Glibc

/// The limit of one btrfs subvolume: its qgroup `0/<id>` (btrfs-quota(8)), by ioctl.
struct SubvolumeQuota: ~Copyable {
    private let descriptor: Int32
    private let id: UInt64

    /// What the quota tree says of the whole file system.
    struct State {
        let enabled: Bool
        /// Its numbers are being counted, or are known to be wrong.
        let inconsistent: Bool
    }

    /// - Parameter directory: any directory of the subvolume. Opened for reading, so this wants CAP_DAC_READ_SEARCH.
    init(_ directory: borrowing HomeDirectory) throws(KernelError) {
        let descriptor = openat(directory.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw KernelError(code: errno) }
        var id: UInt64 = 0
        let code = cquota_btrfs_subvolume(descriptor, &id)
        guard code == 0 else {
            close(descriptor)
            throw KernelError(code: code)
        }
        self.descriptor = descriptor
        self.id = id
    }

    deinit { close(descriptor) }

    func state() throws(KernelError) -> State {
        var flags: UInt64 = 0
        let code = cquota_btrfs_state(descriptor, &flags)
        if code == ENOENT { return State(enabled: false, inconsistent: false) }
        guard code == 0 else { throw KernelError(code: code) }
        return State(
            enabled: flags & UInt64(CQUOTA_BTRFS_ON) != 0,
            inconsistent: flags & UInt64(CQUOTA_BTRFS_INCONSISTENT) != 0
        )
    }

    func read() throws(KernelError) -> cquota_btrfs_usage {
        var usage = cquota_btrfs_usage()
        let code = cquota_btrfs_read(descriptor, id, &usage)
        guard code == 0 else { throw KernelError(code: code) }
        return usage
    }

    /// Asked at the directory above: asked at the subvolume itself, the kernel charges the change to it, and refuses to raise the
    /// limit of one that is full (EDQUOT).
    func limit(bytes: Int64) throws(KernelError) {
        let above = descriptorAbove()
        defer { if let above { close(above) } }
        let code = cquota_btrfs_limit(above ?? descriptor, id, UInt64(bytes))
        guard code == 0 else { throw KernelError(code: code) }
    }

    /// `nil` where the subvolume is mounted by itself, and what is above may be another file system.
    private func descriptorAbove() -> Int32? {
        let above = openat(descriptor, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard above >= 0 else { return nil }
        var place = cquota_place()
        var placeAbove = cquota_place()
        if cquota_look(descriptor, &place) == 0, cquota_look(above, &placeAbove) == 0,
            place.mount_id != 0, place.mount_id == placeAbove.mount_id
        {
            return above
        }
        close(above)
        return nil
    }
}

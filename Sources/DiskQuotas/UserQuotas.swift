import CQuota
import Glibc

/// The user quotas of one mounted file system, by quotactl_fd(2), or by quotactl(2) and its block device before Linux 5.14.
struct UserQuotas {
    private let descriptor: Int32
    private let device: String?
    /// The unit in bytes that limits are stored in: XFS rounds up to its blocks, all others to 1 KiB.
    let unit: Int64

    /// - Parameters:
    ///   - directory: any open directory of the file system; must stay open as long as this is used.
    ///   - byDevice: asks the block device even where the kernel has the newer call.
    init(_ directory: borrowing HomeDirectory, byDevice: Bool = false) {
        descriptor = directory.descriptor
        unit = directory.place.file_system == Int64(CQUOTA_XFS) ? max(1024, directory.place.block_size) : 1024
        device = byDevice || !Self.kernelTakesDescriptors ? Self.device(of: directory.place) : nil
    }

    /// - Returns: what is on; neither is when the file system or the kernel knows no quotas. Or an errno.
    func state() -> Result<(counted: Bool, enforced: Bool), KernelError> {
        var state: UInt32 = 0
        switch ask({ cquota_state($0, &state) }) {
        case 0:
            return .success(
                (state & UInt32(CQUOTA_COUNTED) != 0, state & UInt32(CQUOTA_ENFORCED) != 0)
            )
        case ENOSYS, ESRCH, EINVAL, ENOTBLK, ENODEV: return .success((false, false))
        case let code: return .failure(KernelError(code: code))
        }
    }

    /// What a uid uses, and its limits; all zero where nothing is kept for it yet.
    func read(_ uid: UInt32) -> Result<cquota_usage, KernelError> {
        var usage = cquota_usage()
        let code = ask { cquota_read($0, uid, &usage) }
        return code == 0 || code == ENOENT ? .success(usage) : .failure(KernelError(code: code))
    }

    /// Sets the hard limit, in bytes, a multiple of ``unit``.
    func limit(_ uid: UInt32, bytes: Int64) -> Result<Void, KernelError> {
        let code = ask { cquota_limit($0, uid, UInt64(bytes / 1024)) }
        return code == 0 ? .success(()) : .failure(KernelError(code: code))
    }

    private func ask(_ call: (cquota_target) -> Int32) -> Int32 {
        guard let device else { return call(cquota_target(descriptor: descriptor, device: nil)) }
        return device.withCString { call(cquota_target(descriptor: descriptor, device: $0)) }
    }

    /// A command that no kernel has: EBADF comes from a kernel that looked at the descriptor first.
    private static let kernelTakesDescriptors: Bool = {
        var state: UInt32 = 0
        return cquota_state(cquota_target(descriptor: -1, device: nil), &state) != ENOSYS
    }()

    /// `/dev/sda2` of 8:2. The name comes from the kernel, not from the mount table, which has `/dev/root` for some.
    private static func device(of place: cquota_place) -> String? {
        let path = "/sys/dev/block/\(place.device_major):\(place.device_minor)/uevent"
        guard let bytes = try? WholeFile.read(path).bytes else { return nil }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            .first { $0.hasPrefix("DEVNAME=") }
            .map { "/dev/" + $0.dropFirst("DEVNAME=".count) }
    }
}

/// An errno as an error.
struct KernelError: Error, Equatable {
    let code: Int32
}

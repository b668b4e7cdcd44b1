internal import Glibc

/// The drop-ins in which systemd keeps the properties that were set for good: `user-1001.slice.d/50-MemoryMax.conf`.
struct SystemdDropIns: Sendable {
    /// `/etc/systemd/system.control`
    let directory: String

    /// What the drop-ins of a slice say; nil when there is none of ours.
    func reading(of uid: UInt32) -> SliceReading? {
        OpenDirectory(directory).flatMap { reading(of: uid, in: $0) }
    }

    /// As ``reading(of:)``, with the directory held open, and without what is moot.
    func reading(of uid: UInt32, in directory: OpenDirectory, moot: Set<SliceLimit> = []) -> SliceReading? {
        guard let folder = OpenDirectory(Self.name(of: uid), in: directory) else { return nil }
        var reading = SliceReading()
        for property in SystemdProperty.all where !moot.contains(property.limit) {
            reading[property.limit] = folder.read(property.fileName) { property.value(in: $0) }
        }
        return reading == SliceReading() ? nil : reading
    }

    /// What says that the limits of a slice are ours and not an administrator's. systemd reads only what ends in `.conf`.
    private static let marker = ".diycloud-bridge"

    /// The slices that carry our mark, in no order. Who sets limits by hand, even all of ours, does not make a slice ours.
    func uids() -> [UInt32] {
        guard let open = OpenDirectory(directory) else { return [] }
        return CgroupFile.names(in: directory).compactMap { SliceName.uid(of: $0, suffix: ".slice.d") }.filter { uid in
            guard let folder = OpenDirectory(Self.name(of: uid), in: open) else { return false }
            return folder.exists(Self.marker)
        }
    }

    /// Marks a slice as ours, before it gets limits: a killed run then leaves none that nobody takes back.
    func mark(_ uid: UInt32) throws(SliceError) {
        try makeDirectory(directory)
        let folder = path(of: uid)
        try makeDirectory(folder)
        let path = "\(folder)/\(Self.marker)"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw .file(path: path, reason: CgroupFile.reason(errno)) }
        fchmod(descriptor, 0o644)
        close(descriptor)
    }

    /// Writes the drop-ins that `systemctl set-property` would. Each is replaced as a whole; half a set is seen as such later.
    func write(_ limits: SliceLimits, for uid: UInt32) throws(SliceError) {
        try mark(uid)
        let folder = path(of: uid)
        for property in SystemdProperty.all {
            let target = "\(folder)/\(property.fileName)"
            // Not ending in .conf, so that systemd does not read what a killed run left.
            let draft = "\(folder)/.\(property.fileName).new"
            unlink(draft)
            let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
            guard descriptor >= 0 else { throw .file(path: draft, reason: CgroupFile.reason(errno)) }
            fchmod(descriptor, 0o644)
            var text = property.dropIn(for: limits)
            let written = text.withUTF8 { Glibc.write(descriptor, $0.baseAddress, $0.count) == $0.count }
            guard close(descriptor) == 0, written, rename(draft, target) == 0 else {
                let reason = CgroupFile.reason(errno)
                unlink(draft)
                throw .file(path: target, reason: reason)
            }
        }
    }

    /// Takes our drop-ins away, and the folder when nothing else is in it.
    func remove(of uid: UInt32) throws(SliceError) {
        let folder = path(of: uid)
        // The mark goes last: a run that is killed in between is finished by the next.
        for name in SystemdProperty.all.map(\.fileName) + [Self.marker] {
            let path = "\(folder)/\(name)"
            guard unlink(path) == 0 || errno == ENOENT else {
                throw .file(path: path, reason: CgroupFile.reason(errno))
            }
        }
        rmdir(folder)
    }

    private func path(of uid: UInt32) -> String { "\(directory)/\(Self.name(of: uid))" }

    private static func name(of uid: UInt32) -> String { "user-\(uid).slice.d" }

    private func makeDirectory(_ path: String) throws(SliceError) {
        if mkdir(path, 0o755) == 0 {
            // Readable for the service, which has no privilege, whatever the umask of the administrator.
            chmod(path, 0o755)
        } else if errno != EEXIST {
            throw .file(path: path, reason: CgroupFile.reason(errno))
        }
    }
}

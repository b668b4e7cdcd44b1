import CHomes
import Glibc

/// A step of file work at which the kernel said no.
struct FileSystemError: Error {
    let step: String
    let code: Int32

    /// With the errno of now.
    init(_ step: String) { self.init(step, errno) }

    init(_ step: String, _ code: Int32) {
        self.step = step
        self.code = code
    }
}

/// An open directory. All names are single components, relative to it, and links are never followed.
struct Directory {
    let number: Int32

    private static let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC

    private init(number: Int32) { self.number = number }

    /// A directory that an administrator named; a link is followed.
    init?(opening path: String) {
        number = Glibc.open(path, Self.flags)
        guard number >= 0 else { return nil }
    }

    /// The same, in which nobody but root can change what stands where: it and all above it are root's, and neither
    /// group nor others may write to them.
    init?(openingTrusted path: String) {
        var above = ""
        for component in path.split(separator: "/").dropLast() {
            above += "/\(component)"
            guard let directory = Directory(opening: above) else { return nil }
            defer { close(directory.number) }
            guard directory.isTrusted else { return nil }
        }
        self.init(opening: path)
        guard isTrusted else {
            close(number)
            return nil
        }
    }

    private var isTrusted: Bool {
        status().map { $0.st_uid == 0 && $0.st_mode & (S_IWGRP | S_IWOTH) == 0 } ?? false
    }

    func open(_ name: String) -> Directory? {
        let number = openat(number, name, Self.flags | O_NOFOLLOW)
        return number >= 0 ? Directory(number: number) : nil
    }

    func status() -> stat? {
        var status = stat()
        return fstat(number, &status) == 0 ? status : nil
    }

    func status(_ name: String) -> stat? {
        var status = stat()
        return fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
    }

    /// The names in it; none when it cannot be read.
    func entries() -> [String] {
        // A descriptor of its own, because closedir(3) closes it and readdir(3) moves it.
        let copy = openat(number, ".", Self.flags)
        guard copy >= 0 else { return [] }
        guard let stream = fdopendir(copy) else {
            close(copy)
            return []
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    // MARK: - Making

    /// An empty directory, root's and closed; on btrfs a subvolume, so that a qgroup can limit it (btrfs-quota(8)).
    func makeHome(_ name: String) throws(FileSystemError) -> Directory {
        let error = chomes_make(number, name)
        guard error == 0 else { throw FileSystemError("\(name) cannot be made", error) }
        guard let directory = open(name) else { throw FileSystemError("\(name) cannot be opened") }
        guard fchmod(directory.number, 0o700) == 0 else { throw FileSystemError("\(name) cannot be closed to others") }
        return directory
    }

    func makeDirectory(_ name: String, mode: UInt32, uid: UInt32, gid: UInt32) throws(FileSystemError) {
        guard mkdirat(number, name, 0o700) == 0 else { throw FileSystemError("\(name) cannot be made") }
        guard let directory = open(name) else { throw FileSystemError("\(name) cannot be opened") }
        defer { close(directory.number) }
        try directory.give(uid: uid, gid: gid, mode: mode)
    }

    func give(uid: UInt32, gid: UInt32, mode: UInt32) throws(FileSystemError) {
        guard fchown(number, uid, gid) == 0 else { throw FileSystemError("its owner cannot be set") }
        guard fchmod(number, mode_t(mode)) == 0 else { throw FileSystemError("its mode cannot be set") }
    }

    /// - Returns: false when there is something of the new name; it is left alone.
    func rename(_ name: String, to newName: String) throws(FileSystemError) -> Bool {
        let error = chomes_rename_new(number, name, newName)
        if error == 0 { return true }
        // Not every file system knows the flag (renameat2(2)); nobody but root writes to this directory.
        if error == EINVAL, status(newName) == nil, renameat(number, name, number, newName) == 0 { return true }
        guard error == EEXIST else { throw FileSystemError("\(newName) cannot get its name", error) }
        removeTree(name)
        return false
    }

    // MARK: - Removing

    /// Takes away what has the name, with everything in it. An empty subvolume goes as a directory does (Linux 4.18).
    func removeTree(_ name: String) {
        if unlinkat(number, name, 0) == 0 || errno == ENOENT { return }
        if let directory = open(name) {
            defer { close(directory.number) }
            for entry in directory.entries() { directory.removeTree(entry) }
        }
        _ = unlinkat(number, name, AT_REMOVEDIR)
    }
}

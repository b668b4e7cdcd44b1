import Glibc

/// Lists a tree from directory to directory by open descriptors, so that no link is followed (openat(2), `O_NOFOLLOW`).
enum TreeWalk {
    /// Deeper than any tree of ours; a path this long could not be opened again by name either.
    private static let deepest = 100

    /// Everything in the tree, directories before what is in them, names in order. Empty when there is no such directory.
    static func entries(of root: String) throws(BackupError) -> [TreeEntry] {
        let number = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard number >= 0 else {
            if errno == ENOENT { return [] }
            throw .system(root, "cannot be listed")
        }
        defer { close(number) }
        var found: [TreeEntry] = []
        var status = stat()
        guard fstat(number, &status) == 0 else { throw .system(root, "cannot be looked at") }
        found.append(TreeEntry(path: ".", status: status, target: ""))
        try walk(number, path: ".", root: root, depth: 0, into: &found)
        return found
    }

    private static func walk(
        _ directory: Int32,
        path: String,
        root: String,
        depth: Int,
        into found: inout [TreeEntry]
    ) throws(BackupError) {
        guard depth < deepest else { throw .file("\(root)/\(path)", step: "cannot be listed", reason: "too deep") }
        for name in try names(in: directory, path: "\(root)/\(path)") {
            let inner = "\(path)/\(name)"
            var status = stat()
            // Gone since it was listed.
            guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            found.append(TreeEntry(path: inner, status: status, target: target(of: name, in: directory)))
            guard status.st_mode & S_IFMT == S_IFDIR else { continue }
            let number = openat(directory, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            guard number >= 0 else { throw .system("\(root)/\(inner)", "cannot be listed") }
            defer { close(number) }
            try walk(number, path: inner, root: root, depth: depth + 1, into: &found)
        }
    }

    private static func names(in directory: Int32, path: String) throws(BackupError) -> [String] {
        // A descriptor of its own, because closedir(3) closes it and readdir(3) moves it.
        let copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else { throw .system(path, "cannot be listed") }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private static func target(of name: String, in directory: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlinkat(directory, name, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : ""
    }
}

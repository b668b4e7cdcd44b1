internal import Glibc

/// Files of the cgroup file systems: small, made anew at each read, and each write takes effect or fails at once.
enum CgroupFile {
    /// No file that is parsed here is longer; memory.stat, the longest, has about 3 KiB.
    private static let capacity = 8192

    /// Reads a file into the stack and hands it to `body`. One read(2) is all: these file systems make the text as a whole, and hand
    /// out as much of it as there is room for.
    /// - Returns: nil when it cannot be read.
    static func read<Value>(_ path: String, in directory: Int32 = AT_FDCWD, _ body: (Span<UInt8>) -> Value?) -> Value? {
        let descriptor = openat(directory, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { buffer in
            while true {
                let count = Glibc.read(descriptor, buffer.baseAddress, capacity)
                if count >= 0 { return body(UnsafeBufferPointer(rebasing: buffer[..<count]).span) }
                guard errno == EINTR else { return nil }
            }
        }
    }

    /// Writes a value in one write(2).
    /// - Returns: 0, or the errno of the kernel's refusal.
    static func write(_ text: String, to path: String) -> Int32 {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var text = text
        return text.withUTF8 { bytes in
            while true {
                if Glibc.write(descriptor, bytes.baseAddress, bytes.count) >= 0 { return 0 }
                guard errno == EINTR else { return errno }
            }
        }
    }

    /// A whole text file of any length; nil when it cannot be read.
    static func text(of path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { text += buffer.prefix(count) }
        return ferror(file) == 0 ? String(decoding: text, as: UTF8.self) : nil
    }

    static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The names in a directory, without `.` and `..`; empty when it cannot be read.
    static func names(in path: String) -> [String] { entries(of: path) { _ in true } }

    /// The entries whose type (`d_type` of readdir(3)) is wanted.
    private static func entries(of path: String, where isWanted: (UInt8) -> Bool) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            guard isWanted(entry.pointee.d_type) else { continue }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(entry.pointee.d_reclen)) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// The child directories of a cgroup, as paths.
    static func children(of path: String) -> [String] {
        // Every file system that cgroups or tests live on tells the type, so that the many files need no lstat.
        entries(of: path) { $0 == UInt8(DT_DIR) }.map { "\(path)/\($0)" }
    }

    /// The processes of one cgroup without its children; empty when it does not exist. Those of a foreign namespace read as 0
    /// and are left out.
    static func processes(of directory: String) -> [pid_t] {
        (text(of: "\(directory)/cgroup.procs") ?? "").split(separator: "\n").compactMap { pid_t($0) }.filter { $0 > 0 }
    }

    /// What an errno says.
    static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}

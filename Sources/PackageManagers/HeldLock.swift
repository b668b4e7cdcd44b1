import Glibc

/// Who holds a file of a lock open.
enum HeldLock {
    /// The processes that have this very file open, by what `/proc` shows; needs root to see everybody's.
    static func holders(of path: String) -> [Int32] {
        var file = stat()
        guard stat(path, &file) == 0 else { return [] }
        return processes().filter { process in
            entries("/proc/\(process)/fd").contains { descriptor in
                var open = stat()
                return stat("/proc/\(process)/fd/\(descriptor)", &open) == 0 && open.st_ino == file.st_ino
                    && open.st_dev == file.st_dev
            }
        }
    }

    /// The processes that run a program of one of these names.
    static func running(_ names: Set<String>) -> [Int32] { processes().filter { names.contains(name(of: $0) ?? "") } }

    /// `pacman (process 4711)`.
    static func describe(_ process: Int32) -> String {
        name(of: process).map { "\($0) (process \(process))" } ?? "process \(process)"
    }

    private static func processes() -> [Int32] { entries("/proc").compactMap { Int32($0) } }

    private static func name(of process: Int32) -> String? {
        guard let bytes = try? RepositoryFile.read("/proc/\(process)/comm", limit: 64) else { return nil }
        return String(decoding: bytes.prefix { $0 != 10 }, as: UTF8.self)
    }

    private static func entries(_ path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

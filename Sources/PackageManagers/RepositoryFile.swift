import Glibc

/// The files of a repository: whole or not there.
enum RepositoryFile {
    struct Failure: Error { let reason: String }

    /// Writes beside and renames, so that nobody reads half of it. Readable for everybody: apt reads as `_apt`.
    static func write(_ bytes: [UInt8], to path: String) throws(PackageError) {
        try makeDirectory(String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)))
        let temporary = "\(path).new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw failed("write", temporary) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                let error = failed("write", temporary)
                close(descriptor)
                unlink(temporary)
                throw error
            }
            rest = rest.dropFirst(count)
        }
        let written = fchmod(descriptor, 0o644) == 0 && fsync(descriptor) == 0
        close(descriptor)
        guard written, rename(temporary, path) == 0 else {
            let error = failed("write", path)
            unlink(temporary)
            throw error
        }
    }

    /// Takes it away; that it is not there is as good.
    static func remove(_ path: String) throws(PackageError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failed("remove", path) }
    }

    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw Failure(reason: String(cString: strerror(errno))) }
        return Array(bytes.prefix(count))
    }

    private static func makeDirectory(_ path: String) throws(PackageError) {
        guard !path.isEmpty, mkdir(path, 0o755) != 0, errno != EEXIST else { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/") else { throw failed("make", path) }
        try makeDirectory(String(path[..<slash]))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw failed("make", path) }
    }

    private static func failed(_ verb: String, _ path: String) -> PackageError {
        .failed(command: "\(verb) \(path)", output: String(cString: strerror(errno)))
    }
}

import GRDB
import Glibc

/// Makes a user store where there is none.
public struct StoreInitialiser: Sendable {
    /// The group that may read the store, beside root; `nil` leaves it to its owner alone.
    public let readerGroup: UInt32?

    public init(readerGroup: UInt32? = nil) { self.readerGroup = readerGroup }

    /// Makes the platform's tables, empty, in a new file of mode 0640 (0600 without a reader group), and the directories above it
    /// where they are missing (0750, or 0700).
    ///
    /// The file comes into being whole: it is built under another name and then linked to its own, which fails where there is one.
    /// - Parameter path: an absolute path.
    /// - Throws: ``StoreEditError/alreadyThere(path:)`` when there is anything of that name, ``StoreEditError/cannotMake(path:reason:)``.
    public func initialise(path: String) throws(StoreEditError) {
        let files = StoreFiles(path)
        for taken in [files.path, files.path + "-journal", files.writeAheadLog] where exists(taken) {
            throw .alreadyThere(path: taken)
        }
        try makeDirectories(above: files.path)
        let draft = files.path + ".new-\(getpid())"
        defer { for suffix in ["", "-journal"] { unlink(draft + suffix) } }
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failed(draft, errno) }
        close(descriptor)
        do {
            var configuration = Configuration()
            configuration.foreignKeysEnabled = false
            let queue = try DatabaseQueue(path: draft, configuration: configuration)
            try queue.write(StoreSchema.create)
            try queue.close()
        } catch {
            throw .cannotMake(path: files.path, reason: "\(error)")
        }
        try share(draft, mode: readerGroup == nil ? 0o600 : 0o640)
        guard link(draft, files.path) == 0 else {
            throw errno == EEXIST ? .alreadyThere(path: files.path) : failed(files.path, errno)
        }
    }

    private func makeDirectories(above path: String) throws(StoreEditError) {
        var directory = ""
        for part in path.split(separator: "/").dropLast() {
            directory += "/\(part)"
            guard !exists(directory) else { continue }
            guard mkdir(directory, 0o700) == 0 else { throw failed(directory, errno) }
            try share(directory, mode: readerGroup == nil ? 0o700 : 0o750)
        }
    }

    private func share(_ path: String, mode: mode_t) throws(StoreEditError) {
        if let readerGroup {
            guard chown(path, uid_t.max, readerGroup) == 0 else { throw failed(path, errno) }
        }
        guard chmod(path, mode) == 0 else { throw failed(path, errno) }
    }

    private func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    private func failed(_ path: String, _ code: Int32) -> StoreEditError {
        .cannotMake(path: path, reason: String(cString: strerror(code)))
    }
}

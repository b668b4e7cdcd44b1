import Glibc

/// The files of a store, and what can be told of them without SQLite and without a lock.
struct StoreFiles {
    /// Absolute, so that SQLite takes it for no `file:` address.
    let path: String

    init(_ path: String) {
        if path.hasPrefix("/") {
            self.path = path
        } else if let directory = getcwd(nil, 0) {
            self.path = String(cString: directory) + "/" + path
            free(directory)
        } else {
            self.path = "./" + path
        }
    }

    /// The files where they really are: SQLite puts the log beside the file that a symbolic link leads to.
    var resolved: StoreFiles {
        guard let real = realpath(path, nil) else { return self }
        defer { free(real) }
        return StoreFiles(String(cString: real))
    }

    var writeAheadLog: String { path + "-wal" }
    var walIndex: String { path + "-shm" }

    /// The first 100 bytes (fileformat2.html §1.3).
    func header() throws(StoreError) -> Header {
        guard let stamp = FileStamp(path: path) else { throw error(errno) }
        guard stamp.isRegular else { throw .unreadable(path: path, reason: "it is no plain file") }
        guard let bytes = KeptFiles.bytes(path, count: 100) else { throw error(errno) }
        guard !bytes.isEmpty else { throw .foreign(path: path, reason: "the file is empty") }
        guard let header = Header(bytes) else { throw .notADatabase(path: path) }
        return header
    }

    /// What the system said about the database file.
    func error(_ code: Int32) -> StoreError {
        switch code {
        case ENOENT: return .missing(path: path)
        case EACCES, EPERM:
            let way = "let this process's user read the file and enter its directories"
            return .unreadable(path: path, reason: "permission denied; \(way)")
        default: return .unreadable(path: path, reason: String(cString: strerror(code)))
        }
    }

    struct Header {
        /// Readers and writers use a write-ahead log (§1.3.3).
        let usesWriteAheadLog: Bool

        init?(_ bytes: [UInt8]) {
            guard bytes.count == 100, bytes.starts(with: Array("SQLite format 3\0".utf8)) else { return nil }
            usesWriteAheadLog = bytes[18] == 2 || bytes[19] == 2
        }
    }
}

import GRDB
import GRDBSQLite
import Glibc

/// The bytes of a database file, read as one piece and opened in memory (c3ref/deserialize.html).
struct StoreImage {
    /// The largest file in WAL mode that is read so, in bytes; there is no other way to read it.
    private static let largest: Int64 = 512 << 20
    /// The largest file in rollback mode that is read so; a larger one is read through SQLite, which costs no memory but time.
    private static let largestUnderLock: Int64 = 64 << 20

    private let files: StoreFiles

    init(_ files: StoreFiles) { self.files = files }

    /// Opens the image of a database in rollback mode.
    ///
    /// A shared lock makes the commit of another program fail, at once where it set no busy timeout, as the platform's scripts do not.
    /// Reading bytes holds the lock for a hundredth of the time that reading rows does.
    /// The connection gives the lock; `nil` comes back when the file is too large.
    func open(under connection: DatabaseQueue, configuration: Configuration) throws -> DatabaseQueue? {
        try connection.read { database in
            // The transaction takes its lock with the first row that is read.
            _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master")
            guard let stamp = FileStamp(path: files.path) else { throw files.error(errno) }
            return stamp.size <= Self.largestUnderLock ? try load(size: stamp.size, configuration) : nil
        }
    }

    /// Opens the image of a database in WAL mode that nobody is writing.
    ///
    /// SQLite cannot open such a file without making `-wal` and `-shm` beside it, which a reader must not (and in a directory that
    /// it may not write to, cannot; wal.html §10). But with no log the file alone is the whole truth, for as long as it stays
    /// untouched: so it is read, and looked at again.
    /// `nil` comes back when there is a log after all, so that the store must be read through it.
    func openUnlogged(configuration: Configuration) throws -> DatabaseQueue? {
        for _ in 0..<25 {
            guard let before = FileStamp(path: files.path) else { throw files.error(errno) }
            guard !hasLog else { return nil }
            if isSettled(before) {
                let queue = try load(size: before.size, configuration)
                if !hasLog, FileStamp(path: files.path) == before { return queue }
            }
            usleep(20_000)
        }
        throw StoreError.busy(path: files.path)
    }

    /// An empty log belongs to a program that has opened the store and written nothing.
    private var hasLog: Bool { (FileStamp(path: files.writeAheadLog)?.size ?? 0) > 0 }

    /// Times of files move in ticks of up to 10 ms, so that two writes in one tick look like one.
    private func isSettled(_ stamp: FileStamp) -> Bool {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let age = Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec) - stamp.modified
        return age < 0 || age > 20_000_000
    }

    private func load(size: Int64, _ configuration: Configuration) throws -> DatabaseQueue {
        guard size <= Self.largest else {
            throw StoreError.unreadable(
                path: files.path,
                reason: "it is larger than 512 MiB and in WAL mode with no program using it"
            )
        }
        let memory = try ImageMemory(size: Int(size), files)
        guard KeptFiles.read(files.path, from: 0, into: memory.bytes) == memory.bytes.count else {
            throw files.error(errno)
        }
        // A database in memory has no log: mark it as one that never had (fileformat2.html §1.3.3).
        memory.bytes[18] = 1
        memory.bytes[19] = 1
        var configuration = configuration
        // The setup closure lives as long as the connection, and the memory with it.
        configuration.prepareDatabase { database in
            let bytes = memory.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            let flags = UInt32(SQLITE_DESERIALIZE_READONLY)
            let code = sqlite3_deserialize(database.sqliteConnection, "main", bytes, size, size, flags)
            guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
        }
        let queue = try DatabaseQueue(configuration: configuration)
        return queue
    }
}

/// Memory straight from the kernel, and given back to it: 20 MB that go through malloc at each reading stay in the process.
private final class ImageMemory: @unchecked Sendable {
    // Proof for Sendable: `bytes` never changes; what it points to is filled before any connection has it, and from then on is
    // touched only by SQLite, in the one queue of that connection.
    let bytes: UnsafeMutableRawBufferPointer

    init(size: Int, _ files: StoreFiles) throws(StoreError) {
        guard size >= 100, let address = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            address != MAP_FAILED
        else { throw .unreadable(path: files.path, reason: "there is no memory for its \(size) bytes") }
        bytes = UnsafeMutableRawBufferPointer(start: address, count: size)
    }

    deinit { munmap(bytes.baseAddress, bytes.count) }
}

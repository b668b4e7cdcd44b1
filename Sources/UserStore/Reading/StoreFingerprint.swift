/// What changes with every commit of any program, in either journal mode, and can be read without a lock.
///
/// It stands where `PRAGMA data_version` might: that one needs a connection that is kept open and takes a shared lock at each
/// question. A kept connection hinders the last writer of a WAL store from folding the log back into the file, so that a plain
/// copy of `users.db` (which is how the platform makes its backups) would lack rows; and a shared lock at the wrong moment makes the
/// platform's own scripts, which run `sqlite3` with no busy timeout, fail with "database is locked". The file change counter is
/// what `data_version` itself is made of in rollback mode (fileformat2.html §1.3.5), the head of the WAL index is what it is
/// made of in WAL mode (walformat.html §2.1). The stamps add what no counter tells: a file moved into place, or a mode changed.
struct StoreFingerprint: Equatable {
    private let database: FileStamp?
    /// Journal mode and file change counter.
    private let header: [UInt8]?
    private let writeAheadLog: FileStamp?
    /// Both copies of the WAL index header, with the counter of transactions and the last valid frame.
    private let walIndexHead: [UInt8]?

    init(of files: StoreFiles) {
        let files = files.resolved
        database = FileStamp(path: files.path)
        let isReadable = database?.isRegular == true
        header = isReadable ? KeptFiles.bytes(files.path, from: 18, count: 10) : nil
        writeAheadLog = isReadable ? FileStamp(path: files.writeAheadLog) : nil
        walIndexHead = writeAheadLog == nil ? nil : KeptFiles.bytes(files.walIndex, count: 96)
    }
}

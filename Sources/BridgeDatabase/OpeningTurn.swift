import Glibc

/// Lets one process at a time create and migrate the file, by a flock(2) on its directory.
///
/// The lock is on the directory and not on the file, since SQLite must be the only one in this process with a
/// descriptor of the file.
struct OpeningTurn {
    private let descriptor: Int32
    private static let patience = 100
    private static let pause: useconds_t = 50_000

    /// Waits up to five seconds for the others.
    init(databasePath: String) throws(BridgeDatabaseError) {
        let directory = DatabaseFile.directory(of: databasePath)
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw .directory(path: databasePath, reason: DatabaseFile.reason(errno))
        }
        for _ in 0..<Self.patience {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                self.descriptor = descriptor
                return
            }
            usleep(Self.pause)
        }
        close(descriptor)
        throw .busy(path: databasePath)
    }

    func end() { close(descriptor) }
}

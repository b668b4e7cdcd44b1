import GRDB
import Glibc

/// A copy of an SQLite file as of one moment, whoever writes it meanwhile (https://www.sqlite.org/backup.html).
enum DatabaseSnapshot {
    /// Copies in one step, which is one read transaction, then looks whether the copy is whole.
    /// - Throws: ``BackupError/damagedDatabase(_:detail:)`` when it is not, ``BackupError/database(_:reason:)`` when the
    ///   source cannot be read.
    static func take(of source: String, to copy: String) throws(BackupError) {
        // Read and write for the owner only, before a single byte of it is there.
        do { _ = try OpenFile(creating: copy) }
        do {
            do {
                try duplicate(source, to: copy, readonly: true)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_READONLY {
                // A writer died half-way: its journal has to be rolled back first, as any next reader does.
                try duplicate(source, to: copy, readonly: false)
            }
        } catch let error as DatabaseError
            where [.SQLITE_CORRUPT, .SQLITE_NOTADB].contains(error.resultCode)
        {
            throw .damagedDatabase(source, detail: error.message ?? "it is no database")
        } catch {
            throw .database(source, reason: "\(error)")
        }
        try check(copy, as: source)
        let file = try OpenFile(reading: copy)
        try file.synchronise()
    }

    /// - Parameter source: what a message calls it.
    static func check(_ copy: String, as source: String) throws(BackupError) {
        let verdict: [String]
        do {
            let queue = try DatabaseQueue(path: copy, configuration: configuration(readonly: false))
            defer { try? queue.close() }
            verdict = try queue.read { try String.fetchAll($0, sql: "PRAGMA integrity_check(5)") }
        } catch {
            throw .damagedDatabase(source, detail: "\(error)")
        }
        guard verdict == ["ok"] else { throw .damagedDatabase(source, detail: verdict.joined(separator: "; ")) }
    }

    private static func duplicate(_ source: String, to copy: String, readonly: Bool) throws {
        let from = try DatabaseQueue(path: source, configuration: configuration(readonly: readonly))
        defer { try? from.close() }
        let to = try DatabaseQueue(path: copy, configuration: configuration(readonly: false))
        defer { try? to.close() }
        try from.backup(to: to)
    }

    private static func configuration(readonly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = readonly
        configuration.busyMode = .timeout(20)
        configuration.qos = .default
        return configuration
    }
}

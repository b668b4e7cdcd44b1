/// Why a backup or a restore stopped, with what a person can do about it. Nothing has been changed unless it says so.
public enum BackupError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file is there already.
    case exists(String)
    /// Another run is writing the same file.
    case inProgress(String)
    /// Other accounts could read or replace what is written there.
    case unsafePlace(String, reason: String)
    /// The disk has too little room; bytes.
    case noSpace(String, wanted: Int64, free: Int64)
    /// The kernel refused a step of file work.
    case file(String, step: String, reason: String)
    /// A database cannot be read.
    case database(String, reason: String)
    /// A database can be read and is damaged (`PRAGMA integrity_check`).
    case damagedDatabase(String, detail: String)
    /// A program could not do its part.
    case program(String, complaint: String)
    /// Somebody's notebooks cannot be saved or put back.
    case notebooks(String, reason: String)
    /// The file is no backup of ours, or only a part of one.
    case notABackup(String, reason: String)
    /// The file is a backup and has been changed since it was written.
    case corrupt(String, part: String, reason: String)
    /// A later version of the product wrote it.
    case newer(String, format: Int)
    /// The file holds what no backup of ours holds. Nothing of it was used.
    case hostile(String, part: String, reason: String)
    /// Files of these accounts or groups are in it, and this host does not know them.
    case accountsMissing([String])
    /// The file has no notebooks of these people.
    case nobodyInIt([String])
    /// A service could not be stopped or started.
    case service(String, reason: String)
    /// What was put back is not what the file holds. The state from before is at `saved`.
    case notProved(String, saved: String)

    public var description: String {
        switch self {
        case .exists(let path): "\(path) is there already: choose another name, or --force to replace it"
        case .inProgress(let path): "another run is writing \(path): wait for it, or choose another name"
        case .unsafePlace(let path, let reason):
            "\(path) is no place for secrets: \(reason). Choose a directory that only root can write to"
        case .noSpace(let path, let wanted, let free):
            "\(path) has \(free >> 20) MiB free, and \(wanted >> 20) MiB may be needed: make room, or choose another disk"
        case .file(let path, let step, let reason): "\(path) \(step): \(reason)"
        case .database(let path, let reason): "the database \(path) cannot be copied: \(reason)"
        case .damagedDatabase(let path, let detail):
            "the database \(path) is damaged: \(detail). An older backup may have it whole"
        case .program(let name, let complaint): "\(name) failed: \(complaint)"
        case .notebooks(let person, let reason): "the notebooks of \(person): \(reason)"
        case .notABackup(let path, let reason): "\(path) is no complete backup of this product: \(reason)"
        case .corrupt(let path, let part, let reason):
            "\(path) is damaged (\(part): \(reason)). Nothing was changed; use another backup"
        case .newer(let path, let format):
            "\(path) was written by a later version (format \(format)): upgrade diycloud first"
        case .hostile(let path, let part, let reason):
            "\(path) is not what a backup of ours can be (\(part): \(reason)). Nothing was changed"
        case .accountsMissing(let names):
            "files in the backup belong to \(names.joined(separator: ", ")), unknown on this host: "
                + "run \"diycloud install\" first, then restore"
        case .nobodyInIt(let names): "the backup has no notebooks of \(names.joined(separator: ", "))"
        case .service(let name, let reason): "\(name): \(reason)"
        case .notProved(let path, let saved):
            "\(path) is not as the backup has it after it was put back. The state from before is in \(saved)"
        }
    }

    /// With the errno of now.
    static func system(_ path: String, _ step: String) -> BackupError {
        .file(path, step: step, reason: SystemCall.lastReason)
    }
}

import Backups
import Foundation

/// A backup that was written, as it is reported.
struct SavedBackup: Encodable {
    let file: String
    let size: Int64
    let sha256: String
    let manifest: BackupManifest

    init(_ manifest: BackupManifest, file: String, _ digest: (sha256: String, size: Int64)) {
        self.manifest = manifest
        self.file = URL(fileURLWithPath: file).path
        size = digest.size
        sha256 = digest.sha256
    }
}

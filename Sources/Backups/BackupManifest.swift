/// The first file in a backup: what the others are. Holds no secret.
public struct BackupManifest: Codable, Sendable, Equatable {
    /// What an item is; decides where it goes at a restore. A file never says so by itself.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case userStore, bridgeDatabase, hubDatabase
        case configuration, hostFiles, hubState, portainer, installation
        case notebooks
        /// A database that was damaged when it was saved, as raw bytes. Not put back.
        case damagedDatabase
    }

    /// A file that is not in the backup although one would look for it.
    public struct Skipped: Codable, Sendable, Equatable {
        public let path: String
        public let reason: String
    }

    /// One file of the backup.
    public struct Item: Codable, Sendable, Equatable {
        public let kind: Kind
        /// Whose notebooks.
        public let person: String?
        /// Its name in the backup.
        public let member: String
        /// Where it came from.
        public let path: String
        /// Bytes, as it lies in the backup.
        public let size: Int64
        /// Lower case hexadecimal.
        public let sha256: String
        /// Files, directories and links in it; 1 for a database.
        public let entries: Int
        /// Accounts and groups that own files in it, for a restore on another host.
        public let owners: [String]
        public let groups: [String]
        /// Permission bits of a database.
        public let mode: UInt32?
        public let skipped: [Skipped]
    }

    /// Counts changes of the format. This version writes and reads 1.
    public static let currentFormat = 1

    public let format: Int
    /// The product's version that wrote it.
    public let version: String
    public let host: String
    /// A digest of the machine's id (machine-id(5) forbids to give it away as it is).
    public let machine: String
    /// When it was begun; ISO 8601, UTC.
    public let date: String
    public let items: [Item]

    /// All that was left out, with reasons.
    public var skipped: [Skipped] { items.flatMap(\.skipped) }

    /// Names of people whose notebooks it has.
    public var people: [String] { items.compactMap(\.person) }
}

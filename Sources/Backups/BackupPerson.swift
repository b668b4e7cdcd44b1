/// Somebody whose notebooks are saved or put back. Their account comes from the name service of this host.
public struct BackupPerson: Sendable, Equatable {
    public let name: String
    public let uid: UInt32
    public let gid: UInt32
    /// The home directory, absolute; with the root prefix of a test, if there is one.
    public let home: String

    public init(name: String, uid: UInt32, gid: UInt32, home: String) {
        self.name = name
        self.uid = uid
        self.gid = gid
        self.home = home
    }
}

/// What a backup is to hold.
public struct BackupPlan: Sendable {
    public var places: BackupPlaces
    /// Whose `~/notebooks` come along.
    public var people: [BackupPerson]
    /// Of the product, for the manifest.
    public var version: String
    /// A file of that name is replaced.
    public var replacesFile: Bool
    /// A damaged database is saved as the bytes that it is, instead of ending the run; never put back by a restore.
    public var acceptsDamage: Bool

    public init(
        places: BackupPlaces = BackupPlaces(),
        people: [BackupPerson] = [],
        version: String,
        replacesFile: Bool = false,
        acceptsDamage: Bool = false
    ) {
        self.places = places
        self.people = people
        self.version = version
        self.replacesFile = replacesFile
        self.acceptsDamage = acceptsDamage
    }
}

public import Identity

/// The people of a store by name. Holds 100,000 in about 20 MB and finds one in well under a microsecond.
///
/// Not a dictionary of records, since its spare room, at 150 bytes an entry, would double the memory.
public struct UserTable: Sendable, Equatable {
    /// In the order of `users.id`.
    private let records: [UserRecord]
    private let places: [UserName: Int32]

    /// - Parameter records: with no name twice; of two that have one, the first counts.
    init(_ records: [UserRecord]) {
        self.records = records
        var places = [UserName: Int32](minimumCapacity: records.count)
        for (place, record) in records.enumerated() where places[record.name] == nil {
            places[record.name] = Int32(place)
        }
        self.places = places
    }

    public subscript(name: UserName) -> UserRecord? { places[name].map { records[Int($0)] } }
}

extension UserTable: RandomAccessCollection {
    public var startIndex: Int { records.startIndex }
    public var endIndex: Int { records.endIndex }
    public subscript(position: Int) -> UserRecord { records[position] }
}

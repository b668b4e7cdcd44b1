import Identity

/// Finds the rows whose names are the same but for case.
struct NameSpellings {
    /// Names in the one spelling that the rule allows: nearly all of them, so they are held without a copy.
    private var proper: [UserName: Int32] = [:]
    private var sharedProper: [UserName: [Int]] = [:]
    private var others: [String: [Int]] = [:]

    mutating func add(_ entry: UserEntry, at place: Int) {
        if let name = entry.name {
            if let first = proper[name] {
                sharedProper[name, default: [Int(first)]].append(place)
            } else {
                proper[name] = Int32(place)
            }
        } else if case .text(let text) = entry.storedName {
            others[text.lowercased(), default: []].append(place)
        }
    }

    /// The rows that share a name, in order.
    var ambiguousPlaces: [Int] {
        var places = Set(sharedProper.values.joined())
        for (folded, group) in others {
            if let name = try? UserName(folded), let place = proper[name] {
                places.formUnion(group)
                places.insert(Int(place))
            } else if group.count > 1 {
                places.formUnion(group)
            }
        }
        return places.sorted()
    }
}

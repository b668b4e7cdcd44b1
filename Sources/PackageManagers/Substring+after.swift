extension Substring {
    /// What follows the first occurrence of a phrase, without blanks around it.
    func after(_ phrase: String) -> Substring? {
        guard let place = range(of: phrase) else { return nil }
        let rest = self[place.upperBound...].drop { $0 == " " }
        return rest.last == " " ? rest.dropLast() : rest
    }

    private func range(of phrase: String) -> Range<Index>? {
        let wanted = Array(phrase.utf8)
        let view = utf8
        var place = view.startIndex
        while place < view.endIndex {
            if view[place...].starts(with: wanted) { return place..<view.index(place, offsetBy: wanted.count) }
            place = view.index(after: place)
        }
        return nil
    }
}

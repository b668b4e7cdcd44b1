/// Finds what somebody probably meant to write.
public enum NearestName {
    /// - Parameters:
    ///   - word: what was written, of any length.
    ///   - names: what is known.
    /// - Returns: the name that takes the fewest edits, if they are at most a third of the longer word's length and at
    ///   least one is allowed; the first in alphabetical order among equals.
    public static func of(_ word: String, in names: some Sequence<String>) -> String? {
        guard word.utf8.count <= 64 else { return nil }
        let near = names.map { (name: $0, distance: distance(word, $0)) }
            .filter { $0.distance <= max(1, max(word.count, $0.name.count) / 3) }
        return near.min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }

    /// The optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
    static func distance(_ left: String, _ right: String) -> Int {
        let (a, b) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in 1...a.count {
            var row = [i] + [Int](repeating: 0, count: b.count)
            for j in 1...b.count {
                row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    row[j] = min(row[j], beforeLast[j - 2] + 1)
                }
            }
            (beforeLast, last) = (last, row)
        }
        return last[b.count]
    }
}

/// Names of cgroups and drop-in folders that belong to a person.
enum SliceName {
    /// The uid in `user-1001` followed by `suffix`; nil for anything else (`user-.slice`, `user-01.slice`).
    static func uid(of name: String, suffix: String) -> UInt32? {
        guard name.hasPrefix("user-"), name.hasSuffix(suffix) else { return nil }
        let digits = name.dropFirst(5).dropLast(suffix.count)
        guard let uid = UInt32(digits), "\(uid)" == digits else { return nil }
        return uid
    }
}

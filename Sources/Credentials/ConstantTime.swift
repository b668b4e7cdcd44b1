/// Comparison that takes as long for a near miss as for a far one.
enum ConstantTime {
    /// Looks at every byte of both; their lengths are no secret.
    @inline(never)
    static func areEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (one, other) in zip(left, right) { difference |= one ^ other }
        return difference == 0
    }
}

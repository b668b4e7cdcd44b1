/// How often each verdict was given, on one event loop or summed over all.
package struct VerifyCounts: Sendable, Equatable {
    package private(set) var allowed: UInt64 = 0
    package private(set) var forbidden: UInt64 = 0
    package private(set) var unauthenticated: UInt64 = 0
    package private(set) var closed: UInt64 = 0

    mutating func count(_ verdict: VerifyVerdict) {
        switch verdict {
        case .allowed: allowed &+= 1
        case .forbidden: forbidden &+= 1
        case .unauthenticated: unauthenticated &+= 1
        case .closed: closed &+= 1
        }
    }

    static func + (left: VerifyCounts, right: VerifyCounts) -> VerifyCounts {
        var sum = left
        sum.allowed &+= right.allowed
        sum.forbidden &+= right.forbidden
        sum.unauthenticated &+= right.unauthenticated
        sum.closed &+= right.closed
        return sum
    }
}

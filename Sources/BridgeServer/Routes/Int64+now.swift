import Glibc

extension Int64 {
    /// The time of day, in seconds since 1970.
    static var now: Int64 { Int64(time(nil)) }
}

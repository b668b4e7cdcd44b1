import Glibc

/// Days since 1970-01-01 UTC, as shadow(5) counts.
enum Day {
    static var today: Int64 { Int64(time(nil)) / 86400 }
}

import Glibc

/// Days since 1970-01-01 UTC, as shadow(5) counts.
public enum Day {
    static var today: Int64 { Int64(time(nil)) / 86400 }

    /// A day as `2030-01-31`; what no calendar of four digits has, as its number.
    public static func text(_ day: Int64) -> String {
        // Year 0 to 9999; time_t holds them all.
        guard (-719_528...2_932_896).contains(day) else { return "day \(day)" }
        var seconds = time_t(day * 86400)
        var parts = tm()
        guard gmtime_r(&seconds, &parts) != nil else { return "day \(day)" }
        func padded(_ number: Int32, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(parts.tm_year + 1900, 4))-\(padded(parts.tm_mon + 1, 2))-\(padded(parts.tm_mday, 2))"
    }
}

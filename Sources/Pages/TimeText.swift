/// Times and lengths of time for people, in English and UTC.
enum TimeText {
    private static let units = [("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)] as [(String, Int64)]

    /// `just now`, `5 minutes ago`, `3 days ago`.
    /// - Parameters:
    ///   - time: in seconds since 1970; a time to come counts as now.
    ///   - now: in seconds since 1970.
    /// - Returns: whole units, rounded down.
    static func ago(_ time: Int64, now: Int64) -> String {
        let (seconds, overflow) = now.subtractingReportingOverflow(time)
        guard !overflow, seconds >= 60 else { return "just now" }
        return largest(seconds) + " ago"
    }

    /// `2 minutes`, `1 hour`: the largest unit of which there are at least two, or one exactly.
    /// - Parameter seconds: negative ones count as none.
    /// - Returns: whole units, rounded down.
    static func length(seconds: Int) -> String {
        let seconds = Int64(max(0, seconds))
        for (name, size) in units where seconds >= 2 * size || seconds == size { return count(seconds / size, name) }
        return "0 seconds"
    }

    /// A time as RFC 3339 has it: `2026-11-23T14:05:09Z`.
    /// - Parameter time: in seconds since 1970; clamped to the years 1970 to 9999.
    /// - Returns: always 20 characters.
    static func utc(_ time: Int64) -> String {
        let time = min(max(time, 0), 253_402_300_799)
        let (days, rest) = (time / 86_400, time % 86_400)
        // Days to a date of the Gregorian calendar, whose cycle is 146,097 days; the year starts in March.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        return "\(date)T\(padded(rest / 3600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2))Z"
    }

    private static func largest(_ seconds: Int64) -> String {
        for (name, size) in units where seconds >= size { return count(seconds / size, name) }
        return "0 seconds"
    }

    private static func count(_ number: Int64, _ unit: String) -> String {
        "\(number) \(unit)\(number == 1 ? "" : "s")"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

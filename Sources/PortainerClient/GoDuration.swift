/// Durations as Go writes them (`time.ParseDuration`): `8h`, `15m`, `1h30m0s`.
enum GoDuration {
    /// Whole units of hours, minutes and seconds; `nil` for anything else.
    static func parse(_ text: String) -> Duration? {
        var seconds: Int64 = 0
        var rest = text[...]
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(digits.count)
            guard let count = Int64(digits), count <= 1_000_000, let unit = rest.popFirst(),
                let factor: Int64 = ["h": 3600, "m": 60, "s": 1][unit]
            else { return nil }
            seconds += count * factor
        }
        return .seconds(seconds)
    }

    /// The shortest text: `8h`, `15m`, `90s`. Parts of a second are dropped.
    static func text(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        if seconds % 3600 == 0, seconds > 0 { return "\(seconds / 3600)h" }
        if seconds % 60 == 0, seconds > 0 { return "\(seconds / 60)m" }
        return "\(seconds)s"
    }
}

import Testing

@testable import BridgeConfiguration

@Suite("small parts of the configuration")
struct NearestNameTests {
    @Test(
        "the distance counts insertions, deletions, substitutions and swaps",
        arguments: [
            ("", "", 0), ("", "ab", 2), ("idle", "idle", 0), ("idel", "idle", 1), ("sokcet", "socket", 1),
            ("kitten", "sitting", 3),
        ]
    )
    func distance(left: String, right: String, expected: Int) {
        #expect(NearestName.distance(left, right) == expected)
        #expect(NearestName.distance(right, left) == expected)
    }

    @Test(
        "durations survive being written and read",
        arguments: ["0s", "500ms", "2s", "90s", "10m", "36h", "30d"]
    )
    func durations(text: String) throws {
        let duration = try #require(DurationText.parse(text))
        #expect(DurationText.parse(DurationText.format(duration)) == duration)
    }

    @Test(
        "what is no duration is refused",
        arguments: ["", "5", "s", "-1s", "1.5h", "1 h", "1h30m", "٣s", "1S", "9223372036854775807d"]
    )
    func notDurations(text: String) { #expect(DurationText.parse(text) == nil) }
}

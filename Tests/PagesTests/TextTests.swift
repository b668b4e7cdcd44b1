import Foundation
import Testing

@testable import Pages

@Suite("small texts of the pages")
struct TextTests {
    @Test(
        "a browser is named in a few words",
        arguments: [
            ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML) Chrome/138.0 Safari/537.36 Edg/138.0",
                "Edge on Windows"
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15",
                "Safari on Mac"
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) CriOS/138.0 Mobile Safari/604.1",
                "Chrome on iPhone"
            ),
            (
                "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/138.0 Mobile Safari/537.36",
                "Chrome on Android"
            ),
            ("curl/8.5.0", "curl"), ("", "Unknown device"), ("<script>", "Unknown device"),
            (String(repeating: "x", count: 100_000), "Unknown device"),
        ]
    )
    func userAgents(text: String, expected: String) { #expect(UserAgentSummary.of(text) == expected) }

    @Test(
        "times are told in whole units",
        arguments: [
            (0, "just now"), (59, "just now"), (60, "1 minute ago"), (7300, "2 hours ago"), (90_000, "1 day ago"),
            (-50, "just now"),
        ]
    )
    func ago(seconds: Int64, expected: String) {
        #expect(TimeText.ago(1_000_000 - seconds, now: 1_000_000) == expected)
    }

    @Test(
        "lengths are told in whole units",
        arguments: [
            (120, "2 minutes"), (60, "1 minute"), (90, "90 seconds"), (1, "1 second"), (0, "0 seconds"),
            (-5, "0 seconds"), (3600, "1 hour"),
        ]
    )
    func length(seconds: Int, expected: String) { #expect(TimeText.length(seconds: seconds) == expected) }

    @Test("UTC agrees with Foundation over all times, and never traps")
    func utc() {
        for _ in 0..<2000 {
            let time = Int64.random(in: 0...253_402_300_799)
            #expect(TimeText.utc(time) == Date(timeIntervalSince1970: Double(time)).formatted(.iso8601))
        }
        #expect(TimeText.utc(.min) == "1970-01-01T00:00:00Z")
        #expect(TimeText.utc(.max) == "9999-12-31T23:59:59Z")
        #expect(TimeText.ago(.min, now: .max) == "just now")
    }

    @Test(
        "a question tells the browser what it asks for",
        arguments: [
            ("Verification code: ", true, "Verification code", "one-time-code"),
            ("One-time password (OATH) for `alice': ", false, "One-time password (OATH) for `alice'", "one-time-code"),
            ("Current password: ", false, "Current password", "current-password"),
            ("New password: ", false, "New password", "new-password"),
            ("Favourite colour?", true, "Favourite colour?", "off"), (" : ", false, "Answer", "off"),
        ]
    )
    func hints(prompt: String, isVisible: Bool, label: String, autocomplete: String) {
        let hint = FieldHint(prompt: prompt, isVisible: isVisible, purpose: .authentication)
        #expect(hint.label == label)
        #expect(hint.autocomplete == autocomplete)
    }
}

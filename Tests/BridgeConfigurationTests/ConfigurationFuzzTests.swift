import BridgeConfiguration
import Foundation
import Testing

@Suite("any text at all as bridge.yaml")
struct ConfigurationFuzzTests {
    /// The same texts at each run, so that a failure can be repeated.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    @Test("the shipped file with bytes changed, lines swapped or cut off never traps")
    func mutations() throws {
        let shipped = try Data(contentsOf: packageRoot.appending(path: "config/bridge.yaml"))
        let plain = String(decoding: shipped, as: UTF8.self).split(separator: "\n")
            .filter { !$0.drop { $0 == " " }.hasPrefix("#") }.joined(separator: "\n")
        let tokens = [
            ":", "- ", "[", "]", "{", "}", "&a ", "*a", "!!int ", "!<", "|", ">", "\"", "'", "%", "@", "`", "<<", "\t",
            "\0", "\u{85}", "\u{FEFF}", "?", "~", "\n", "---\n", "...\n", "\u{1F600}", "99999999999999999999", "-1",
            "e\u{301}",
        ]
        var generator = Generator(state: 1)
        for _ in 0..<1500 {
            var text = Array(plain)
            for _ in 0...Int.random(in: 0...4, using: &generator) {
                let index = Int.random(in: 0..<text.count, using: &generator)
                switch Int.random(in: 0...3, using: &generator) {
                case 0: text.remove(at: index)
                case 1: text.insert(contentsOf: tokens.randomElement(using: &generator) ?? "", at: index)
                case 2: text[index] = Character(Unicode.Scalar(UInt8.random(in: 0...255, using: &generator)))
                default: text.removeSubrange(index..<min(text.count, index + 20))
                }
            }
            _ = try? Configuration.parse(String(text), path: "f")
        }
    }

    @Test("deep nesting, anchors and long words never trap")
    func extremes() {
        let texts = [
            String(repeating: "[", count: 20_000), String(repeating: "{a: ", count: 20_000),
            String(repeating: "- ", count: 20_000), String(repeating: "? ", count: 20_000),
            "user: &a [*a]", "&a {user: *a}", "user: " + String(repeating: "x", count: 200_000),
            String(repeating: "k", count: 100_000) + ": 1", "user: !!binary x", "user: !!timestamp 2000-99-99",
            "!!set {user}", "!!omap [user: x]", "? {a: b}\n: c", "? [a]\n: c\n? [a]\n: d", "\u{FEFF}user: a",
            "user: \u{0}",
            "session: &s {idle: 2h}\npam: *s", "%YAML 9.9\n---\nuser: a", "user: !<tag:yaml.org,2002:str> a",
            "2002-12-14: 1",
        ]
        for text in texts { _ = try? Configuration.parse(text, path: "f") }
    }
}

@testable import DockerPolicy

/// The same throws in each run (SplitMix64), and JSON made of them.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

    mutating func one<Element>(of choices: [Element]) -> Element { choices[below(choices.count)] }

    mutating func text() -> String {
        let letters = [
            "a", "B", "s", "K", "\u{017F}", "\u{212A}", "\"", "\\", "/", "\u{0}", "\n", "\u{1F}", "\u{7F}", "ä",
            "e\u{301}", "😀", "\u{10FFFF}",
        ]
        return (0..<below(6)).map { _ in one(of: letters) }.joined()
    }

    mutating func value(depth: Int) -> JSONValue {
        switch below(depth > 4 ? 5 : 7) {
        case 0: return .null
        case 1: return .bool(below(2) == 0)
        case 2: return .number(one(of: ["0", "-0", "1.50", "1e9", "-12.5E-3", "18446744073709551616", "7"]))
        case 3, 4: return .string(text())
        case 5: return .array((0..<below(4)).map { _ in value(depth: depth + 1) })
        default:
            var object = JSONObject()
            for _ in 0..<below(4) { object[text()] = value(depth: depth + 1) }
            return .object(object)
        }
    }

    /// The bytes with one to four of them changed, added or taken away.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        let telling = Array("{}[]\",:\\u0eE+-. \n".utf8) + [0, 0x7F, 0x80, 0xC0, 0xED, 0xFF]
        for _ in 0..<(1 + below(4)) {
            let fresh = below(3) == 0 ? UInt8(below(256)) : one(of: telling)
            let place = below(bytes.count + 1)
            switch below(3) {
            case 0 where place < bytes.count: bytes[place] = fresh
            case 1 where place < bytes.count: bytes.remove(at: place)
            default: bytes.insert(fresh, at: place)
            }
        }
        return bytes
    }
}

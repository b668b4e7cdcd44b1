/// A ``StorePassword`` without a string: a hash as text costs 112 bytes, a third of what 100,000 users take.
enum PackedPassword: Sendable, Equatable {
    case none
    case unknown
    case legacySHA256(UInt64, UInt64, UInt64, UInt64)
    case wellKnown(UInt64, UInt64, UInt64, UInt64)

    init(_ password: StorePassword) {
        switch password {
        case .none: self = .none
        case .unknown: self = .unknown
        case .legacySHA256(let hash):
            let words = Self.words(of: hash)
            self = .legacySHA256(words.0, words.1, words.2, words.3)
        case .wellKnown(let hash):
            let words = Self.words(of: hash)
            self = .wellKnown(words.0, words.1, words.2, words.3)
        }
    }

    /// The 64 hexadecimal digits that ``StorePassword`` has checked.
    private static func words(of hash: String) -> (UInt64, UInt64, UInt64, UInt64) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        for digit in hash.utf8 {
            let value = UInt64(digit & 15) + (digit > UInt8(ascii: "9") ? 9 : 0)
            words.0 = words.0 << 4 | words.1 >> 60
            words.1 = words.1 << 4 | words.2 >> 60
            words.2 = words.2 << 4 | words.3 >> 60
            words.3 = words.3 << 4 | value
        }
        return words
    }

    fileprivate static func text(_ words: UInt64...) -> String {
        words.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}

extension StorePassword {
    init(_ packed: PackedPassword) {
        switch packed {
        case .none: self = .none
        case .unknown: self = .unknown
        case .legacySHA256(let a, let b, let c, let d): self = .legacySHA256(PackedPassword.text(a, b, c, d))
        case .wellKnown(let a, let b, let c, let d): self = .wellKnown(PackedPassword.text(a, b, c, d))
        }
    }
}

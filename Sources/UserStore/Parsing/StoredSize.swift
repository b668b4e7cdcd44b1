public import Identity

/// A memory or disk size of the store, as the schema, the scripts and the API each wrote it (fault F-6).
///
/// Grammar: `^\s*(\d+(\.\d+)?)\s*([KMGT]?)(i?B)?(M?)\s*$`, any case, ASCII only. Units are binary. A number alone is in MiB, a number
/// with `B` alone in bytes, and an `M` after a unit is what `set_quota.sh` appends (`2GM` is 2 GiB).
public enum StoredSize: Sendable, Hashable {
    /// A whole number with a unit letter: `2G`, `2048M`.
    case plain(ByteCount)
    /// Understood, but not as anybody would write it: `2GM`, `512`, `1.5G`.
    case odd(ByteCount)
    /// Not usable as a limit.
    case refused(Refusal)

    /// Why a value is not usable. None of these may become 0 or no limit: `setquota 0` means *unlimited*, and `memory.max` 0 kills.
    public enum Refusal: String, Sendable, Hashable {
        case notASize = "is not a number with a unit"
        case tooSmall = "is less than 1 MiB"
        case tooLarge = "is more than 1 PiB"
    }

    /// The least amount taken for a limit, 1 MiB: below a page or a quota block it would round to 0.
    public static let minimum = ByteCount.mebibytes(1)
    /// The greatest amount taken for a limit, 1 PiB: anything above is a slip of the pen, and as good as no limit.
    public static let maximum = ByteCount.mebibytes(1 << 30)

    /// The amount, unless refused.
    public var amount: ByteCount? {
        switch self {
        case .plain(let amount), .odd(let amount): amount
        case .refused: nil
        }
    }

    public init(_ value: StoredValue) {
        switch value {
        case .text(let text): self.init(text)
        case .integer(let number): self.init(String(number))
        case .real(let number): self.init(number.description)
        case .null, .blob: self = .refused(.notASize)
        }
    }

    public init(_ text: String) {
        var reader = SizeReader(text)
        guard let number = reader.readNumber() else {
            self = .refused(.notASize)
            return
        }
        let unit = reader.readUnit()
        guard reader.isAtEnd else {
            self = .refused(.notASize)
            return
        }
        guard let bytes = number.times(twoToThe: unit.exponent), bytes <= Self.maximum.bytes,
            let amount = ByteCount(bytes: bytes)
        else {
            self = .refused(.tooLarge)
            return
        }
        guard amount >= Self.minimum else {
            self = .refused(.tooSmall)
            return
        }
        self = reader.sawOddity || !number.isWhole || !unit.isLetterAlone ? .odd(amount) : .plain(amount)
    }
}

/// Reads the pieces of a size text (see ``StoredSize``) from left to right.
struct SizeReader {
    /// A decimal number, exact.
    struct Number {
        /// The digits before the point; `nil` when they do not fit into 64 bits.
        var whole: UInt64?
        /// The digits after the point as an integer, of which the first 18 count.
        var fraction: UInt64 = 0
        /// 10 to the number of counted digits after the point.
        var scale: UInt64 = 1
        var isWhole = true

        /// The number times 2^exponent, rounded down; `nil` when that is over 2^63 - 1.
        func times(twoToThe exponent: UInt64) -> Int64? {
            guard let whole, whole <= UInt64(Int64.max) >> exponent else { return nil }
            // fraction < scale, so the high word of the product is below the divisor and the division cannot trap.
            let product = fraction.multipliedFullWidth(by: 1 << exponent)
            let part = scale.dividingFullWidth(product).quotient
            let (sum, overflow) = (whole << exponent).addingReportingOverflow(part)
            return overflow ? nil : Int64(exactly: sum)
        }
    }

    struct Unit {
        var exponent: UInt64
        /// Written as one letter of K, M, G, T.
        var isLetterAlone: Bool
    }

    private var rest: Substring.UTF8View
    /// White space or a leading zero was met.
    private(set) var sawOddity = false

    init(_ text: String) { rest = Substring(text).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func readNumber() -> Number? {
        skipSpace()
        guard let first = digit() else { return nil }
        var number = Number(whole: UInt64(first))
        if first == 0 { sawOddity = true }
        while let digit = digit() {
            number.whole = number.whole.flatMap { whole in
                let (tenfold, overflow) = whole.multipliedReportingOverflow(by: 10)
                let (sum, carry) = tenfold.addingReportingOverflow(UInt64(digit))
                return overflow || carry ? nil : sum
            }
        }
        guard take(".") else { return number }
        guard let tenths = digit() else { return nil }
        number.isWhole = false
        number.fraction = UInt64(tenths)
        number.scale = 10
        while let digit = digit() {
            guard number.scale < 1_000_000_000_000_000_000 else { continue }
            number.fraction = number.fraction * 10 + UInt64(digit)
            number.scale *= 10
        }
        return number
    }

    mutating func readUnit() -> Unit {
        skipSpace()
        var exponent: UInt64?
        for (letter, power) in [("K", 10), ("M", 20), ("G", 30), ("T", 40)] as [(Character, UInt64)] where take(letter)
        {
            exponent = power
            break
        }
        let hasInfix = take("I", before: "B")
        let hasByte = take("B")
        let hasSuffix = (exponent != nil || hasByte) && take("M")
        skipSpace()
        return Unit(
            exponent: exponent ?? (hasByte ? 0 : 20),
            isLetterAlone: exponent != nil && !hasInfix && !hasByte && !hasSuffix
        )
    }

    private mutating func skipSpace() {
        while let byte = rest.first, byte == 32 || (9...13).contains(byte) {
            rest.removeFirst()
            sawOddity = true
        }
    }

    private mutating func digit() -> UInt8? {
        guard let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        rest.removeFirst()
        return byte - UInt8(ascii: "0")
    }

    /// Takes the ASCII character in either case, when it is next (and, where asked, followed by another).
    private mutating func take(_ character: Character, before next: Character? = nil) -> Bool {
        guard let byte = rest.first, Self.same(byte, character) else { return false }
        if let next {
            guard let following = rest.dropFirst().first, Self.same(following, next) else { return false }
        }
        rest.removeFirst()
        return true
    }

    private static func same(_ byte: UInt8, _ character: Character) -> Bool {
        let upper = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte - 32 : byte
        return upper == character.asciiValue
    }
}

/// A place in a text that is gone through from the left, without copying it.
struct TextPlace {
    private var index = 0

    /// Goes past `word`, or stays.
    mutating func skip(_ word: StaticString, in text: Span<UInt8>) -> Bool {
        let length = word.utf8CodeUnitCount
        guard text.count - index >= length else { return false }
        let start = index
        let matches = word.withUTF8Buffer { word in
            word.indices.allSatisfy { text[start + $0] == word[$0] }
        }
        if matches { index += length }
        return matches
    }

    /// Goes past one blank, or stays.
    mutating func skipBlank(in text: Span<UInt8>) -> Bool {
        guard index < text.count, text[index] == UInt8(ascii: " ") else { return false }
        index += 1
        return true
    }

    /// Goes to the beginning of the next line; false when there is none.
    mutating func skipLine(in text: Span<UInt8>) -> Bool {
        while index < text.count {
            index += 1
            if text[index - 1] == UInt8(ascii: "\n") { return index < text.count }
        }
        return false
    }

    /// Goes past a decimal number; nil when there is none, or it is too large.
    mutating func unsigned(in text: Span<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        let start = index
        while index < text.count, case let digit = text[index] &- UInt8(ascii: "0"), digit < 10 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            guard !overflow, !carry else { return nil }
            value = sum
            index += 1
        }
        return index > start ? value : nil
    }

    /// As ``unsigned(in:)``, with a minus sign in front or not.
    mutating func signed(in text: Span<UInt8>) -> Int64? {
        let isNegative = skip("-", in: text)
        guard let value = unsigned(in: text), let number = Int64(exactly: value) else { return nil }
        return isNegative ? -number : number
    }

    /// Whether nothing follows but a line feed.
    func isAtEnd(of text: Span<UInt8>) -> Bool {
        index == text.count || (index == text.count - 1 && text[index] == UInt8(ascii: "\n"))
    }

    /// Whether the line ends here.
    func isAtEndOfLine(of text: Span<UInt8>) -> Bool { index == text.count || text[index] == UInt8(ascii: "\n") }
}

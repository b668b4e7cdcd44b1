/// What somebody typed as their name, and the one account that it can mean.
///
/// Every spelling of one account counts as that account when failed attempts are counted (CVE-2025-24806, CVE-2026-47203).
public struct SignInName: Hashable, Sendable {
    /// The account, if the text can be a name at all.
    public let account: UserName?
    /// The key that failed attempts are counted under; at most 64 bytes, printable ASCII.
    public let regulationKey: String

    /// - Parameter typed: any text, of any length.
    public init(typed: String) {
        let scalars = typed.unicodeScalars.prefix(256)
        let led = scalars.drop(while: \.properties.isWhitespace)
        let trimmed = led.reversed().drop(while: \.properties.isWhitespace).reversed()
        let folded = String(String.UnicodeScalarView(trimmed.compactMap(Self.fold)))
        let isPlain = typed.unicodeScalars.count <= 256 && trimmed.allSatisfy(\.isASCII) && !trimmed.contains("\0")
        let name = isPlain ? try? UserName(folded) : nil
        self.account = name
        let local = folded.prefix { $0 != "@" }
        let printable = local.unicodeScalars.filter { $0.isASCII && $0.value > 32 && $0.value < 127 }.prefix(64)
        self.regulationKey = name?.rawValue ?? String(String.UnicodeScalarView(printable))
    }

    /// Lower-cases, brings full-width forms (U+FF01…U+FF5E) back to ASCII and drops control characters.
    private static func fold(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        var scalar = scalar
        if (0xFF01...0xFF5E).contains(scalar.value), let narrow = Unicode.Scalar(scalar.value - 0xFEE0) {
            scalar = narrow
        }
        if scalar.value < 32 || scalar.value == 127 { return nil }
        let lowered = scalar.properties.lowercaseMapping.unicodeScalars
        return lowered.count == 1 ? lowered.first : scalar
    }
}

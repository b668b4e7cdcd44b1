/// What the `password_hash` column says.
///
/// The platform stores unsalted SHA-256 as 64 lower-case hexadecimal digits (fault F-1). The bridge writes no hash here: a user it
/// adds gets ``lockedMarker``, and the real hash is in the bridge database.
public enum StorePassword: Sendable, Equatable {
    /// The platform's hash: 64 lower-case hexadecimal digits.
    case legacySHA256(String)
    /// No password: `PLACEHOLDER` (fault F-2), nothing at all, or the bridge's own marker.
    case none
    /// The platform's hash of a password that everybody knows (fault F-3); the 64 digits. See ``WellKnownPasswords``.
    case wellKnown(String)
    /// Anything else, such as a crypt(5) hash that somebody pasted; equal to no password.
    case unknown

    /// What the bridge writes into the column: the mark of a locked password in shadow(5), which no hash of the old platform equals.
    public static let lockedMarker = "!"

    public init(_ value: StoredValue) {
        switch value {
        case .null: self = .none
        case .text(let text): self.init(text)
        case .integer, .real, .blob: self = .unknown
        }
    }

    private init(_ text: String) {
        switch text {
        case "", "PLACEHOLDER", "!", "!!", "*", "x": self = .none
        default:
            guard Self.isLegacyHash(text) else {
                self = .unknown
                return
            }
            self = WellKnownPasswords.passwordName(ofHash: text) == nil ? .legacySHA256(text) : .wellKnown(text)
        }
    }

    private static func isLegacyHash(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}

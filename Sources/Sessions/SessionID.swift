/// The public name of a session, for lists, logs and `session revoke`. Knowing it opens nothing: the token is another
/// secret.
///
/// 24 lower-case hexadecimal digits (96 random bits), so that it is never taken for an option on a command line.
public struct SessionID: Hashable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: String

    public static func random() -> SessionID {
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<24).map { _ in "0123456789abcdef".utf8.randomElement(using: &generator) ?? UInt8(ascii: "0") }
        return SessionID(unchecked: String(decoding: digits, as: UTF8.self))
    }

    /// - Parameter text: anything; `nil` comes back unless it is 24 lower-case hexadecimal digits.
    public init?(_ text: String) {
        guard text.utf8.count == 24, text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
            return nil
        }
        self.rawValue = text
    }

    private init(unchecked text: String) { self.rawValue = text }

    public var description: String { rawValue }
}

/// The secret that a browser shows to be a session's owner: 256 random bits, 43 characters of base64url (RFC 4648 §5)
/// in a cookie.
///
/// Prints as `SessionToken(secret)`, so that it cannot slip into a log.
public struct SessionToken: Sendable, CustomStringConvertible, CustomReflectable {
    /// The length of ``cookieValue``.
    public static let cookieLength = 43

    /// The value of the cookie.
    public let cookieValue: String

    /// A new token from the system's random number generator (getrandom(2)).
    public static func random() -> SessionToken {
        var generator = SystemRandomNumberGenerator()
        return SessionToken(
            cookieValue: Base64URL.encode((0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) })
        )
    }

    private init(cookieValue: String) { self.cookieValue = cookieValue }

    /// Takes a cookie's value as a browser sent it.
    /// - Parameter cookieValue: bytes from outside; `nil` comes back unless they are 43 characters of base64url.
    public init?(cookieValue: some Collection<UInt8>) {
        guard cookieValue.count == Self.cookieLength, cookieValue.allSatisfy(Base64URL.isCharacter) else { return nil }
        self.cookieValue = String(decoding: cookieValue, as: UTF8.self)
    }

    /// What the bridge keeps of the token.
    public var digest: TokenDigest { .of(cookieValue) }

    public var description: String { "SessionToken(secret)" }
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

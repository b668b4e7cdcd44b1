import Foundation

/// A person's bearer token for Portainer (a JWT, RFC 7519), as Portainer made it.
///
/// Its signature is not checked: it came from Portainer itself, and only Portainer has the key. Prints as
/// `PortainerToken(secret)`, so that it cannot slip into a log.
public struct PortainerToken: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
    /// What stands after `Bearer `: base64url and dots, so that it is safe in a header; at most 2,048 bytes.
    public let value: String
    /// Whom Portainer takes its bearer for.
    public let name: String
    /// Whether Portainer takes its bearer for an administrator.
    public let isAdministrator: Bool
    /// From `iat` to `exp`. Reckoned from when the token came, so that Portainer's clock may be wrong.
    public let lifetime: Duration

    private struct Claims: Decodable {
        let username: String
        let role: Int
        let iat: Double
        let exp: Double
    }

    /// - Returns: `nil` when it is no JWT with the claims that Portainer writes, or one that is over already.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 2048, parts.count == 3, parts.allSatisfy({ !$0.isEmpty }),
            text.utf8.allSatisfy(Self.isTokenByte),
            let payload = Self.decoded(parts[1]),
            let claims = try? JSONDecoder().decode(Claims.self, from: payload),
            // A year is more than any setting of Portainer's; beyond that the arithmetic of durations would not hold for ever.
            case let seconds = claims.exp - claims.iat, seconds > 0, seconds < 366 * 86_400
        else { return nil }
        value = text
        name = claims.username
        isAdministrator = claims.role == 1
        lifetime = .seconds(seconds)
    }

    public var description: String { "PortainerToken(secret)" }
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private static func decoded(_ part: Substring) -> Data? {
        let plain = part.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: plain + String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4))
    }
}

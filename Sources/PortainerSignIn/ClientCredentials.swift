import Crypto
import Foundation

/// By what Portainer's server proves that it is itself when it redeems a code: HTTP Basic with form-encoded name and secret
/// (RFC 6749 §2.3.1; Portainer's `AuthStyle` 2).
public struct ClientCredentials: Sendable {
    /// The `ClientID` in Portainer's settings.
    public static let identifier = "diycloud-bridge"

    /// A digest, so that a comparison takes the same time for every text.
    private let digest: SHA256Digest

    /// - Parameter secret: the text of the file `portainer.client_secret_file`.
    public init(secret: String) { digest = Self.digest(Self.identifier, secret) }

    /// Whether an `Authorization` header shows the right name and secret.
    public func accept(authorization: String) -> Bool {
        let parts = authorization.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].lowercased() == "basic", parts[1].utf8.count <= 4096,
            let bytes = Data(base64Encoded: String(parts[1])),
            let text = String(validating: bytes, as: UTF8.self)
        else { return false }
        let pair = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, let name = Self.formDecoded(pair[0]), let secret = Self.formDecoded(pair[1]) else {
            return false
        }
        // Digests compare in constant time (swift-crypto's `Digest`).
        return Self.digest(name, secret) == digest
    }

    private static func digest(_ name: String, _ secret: String) -> SHA256Digest {
        // NUL is in no name that could be ours, so no two pairs run together.
        SHA256.hash(data: Array(name.utf8) + [0] + Array(secret.utf8))
    }

    /// Undoes `application/x-www-form-urlencoded`; `nil` for an escape that is none, or what is no UTF-8 after it.
    private static func formDecoded(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }
}

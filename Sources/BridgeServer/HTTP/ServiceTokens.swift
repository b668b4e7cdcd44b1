import Crypto

/// The secrets by which services prove that they are themselves.
package struct ServiceTokens: Sendable {
    /// Digests, so that a comparison takes the same time for every text.
    private let digests: [(service: String, digest: [UInt8])]

    /// - Parameter tokens: the secret of each service, by its name.
    package init(_ tokens: [String: String]) {
        digests = tokens.sorted { $0.key < $1.key }.map { ($0.key, Array(SHA256.hash(data: Array($0.value.utf8)))) }
    }

    /// The service whose token an `Authorization` header shows (`Bearer …`), or `nil`.
    func service(authorization: String) -> String? {
        let parts = authorization.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let shown = Array(SHA256.hash(data: Array(parts[1].utf8)))
        var found: String?
        for (service, digest) in digests {
            let isEqual = shown.withUnsafeBytes { $0.equalsInConstantTime(digest) }
            if isEqual { found = service }
        }
        return found
    }
}

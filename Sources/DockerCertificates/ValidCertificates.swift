public import Foundation

/// Which client certificates the guard lets in: a list of those that are valid, so that a forgotten one is refused.
public struct ValidCertificates: Sendable, Equatable, Codable {
    /// One that is let in.
    public struct Entry: Sendable, Hashable, Codable {
        /// As ``IssuedCertificate/serialText(_:)`` writes it.
        public let serial: String
        /// The person.
        public let name: String
        /// Seconds since 1970.
        public let notAfter: Int64

        public init(serial: String, name: String, notAfter: Int64) {
            self.serial = serial
            self.name = name
            self.notAfter = notAfter
        }

        enum CodingKeys: String, CodingKey {
            case serial, name
            case notAfter = "not_after"
        }
    }

    private let version: Int
    public let certificates: [Entry]

    public init(_ certificates: [Entry]) {
        version = 1
        self.certificates = certificates.sorted { ($0.name, $0.serial) < ($1.name, $1.serial) }
    }

    /// - Parameter json: what ``json()`` gave.
    /// - Throws: `DecodingError` for anything else, a later version included.
    public init(json: Data) throws {
        self = try JSONDecoder().decode(Self.self, from: json)
        guard version == 1 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "version \(version) is not known")
            )
        }
    }

    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    /// Whether the certificate is let in as this person.
    /// - Parameter now: seconds since 1970.
    public func admits(serial: String, name: String, at now: Int64) -> Bool {
        certificates.contains { $0.serial == serial && $0.name == name && now <= $0.notAfter }
    }
}

import Foundation

/// The certificates that count (`valid.json`): one that is not on the list is refused, whoever signed it.
struct ValidCertificates: Sendable, Equatable {
    private struct Document: Decodable {
        struct Entry: Decodable {
            let serial: String
            let name: String
            let not_after: Int64
        }
        let version: Int
        let certificates: [Entry]
    }

    /// The list cannot be used; nobody comes in by it.
    struct Unusable: Error, Equatable, CustomStringConvertible {
        let description: String
    }

    private struct Key: Hashable, Sendable {
        let name: String
        let serial: String
    }

    /// Until when each is good, in seconds since 1970.
    private let ends: [Key: Int64]

    static let none = ValidCertificates(ends: [:])

    private init(ends: [Key: Int64]) { self.ends = ends }

    /// - Throws: ``Unusable``.
    init(parsing data: Data) throws(Unusable) {
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: data)
        } catch {
            throw Unusable(description: "it is damaged; `diycloud-bridge sync-users --only docker` writes it anew")
        }
        guard document.version == 1 else {
            throw Unusable(description: "it is of version \(document.version), and this program knows version 1")
        }
        var ends: [Key: Int64] = [:]
        for entry in document.certificates {
            ends[Key(name: entry.name, serial: CertificateHolder.normalised(entry.serial))] = entry.not_after
        }
        self.ends = ends
    }

    /// Whether the certificate is on the list under this very name, and its time is not over.
    /// - Parameter now: seconds since 1970.
    func contains(name: String, serial: String, now: Int64) -> Bool {
        guard let end = ends[Key(name: name, serial: serial)] else { return false }
        return now < end
    }
}

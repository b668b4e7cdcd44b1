import Crypto
import Foundation

/// What was given to Portainer and cannot be read back: by which certificate it shows itself in each environment, and which client
/// secret it holds. Only digests are kept.
///
/// A small file beside the access token. It is written after each upload, so that a killed run uploads once too often and never
/// once too few; lost, or of another Portainer, everything is uploaded again.
public struct UploadLedger: Sendable, Equatable {
    /// Of which Portainer this is true (``PortainerStatus/instance``).
    public private(set) var instance: String
    private var clientSecret: String?
    /// By the id of the environment.
    private var certificates: [String: String]

    public init(instance: String) {
        self.instance = instance
        certificates = [:]
    }

    /// Reads the ledger of a Portainer; an empty one where there is none that is meant for it.
    public init(file: String, instance: String) {
        self.init(instance: instance)
        guard let data = FileManager.default.contents(atPath: file), data.count < 1 << 22,
            let page = try? JSONDecoder().decode(Page.self, from: data), page.version == 1, page.instance == instance
        else { return }
        clientSecret = page.clientSecret
        certificates = page.certificates
    }

    /// Replaces the file.
    /// - Throws: ``PortainerError/file(_:)``.
    public func write(to file: String) throws(PortainerError) {
        let place = try SecretDirectory(of: file)
        let page = Page(version: 1, instance: instance, clientSecret: clientSecret, certificates: certificates)
        let data: Data
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            data = try encoder.encode(page)
        } catch {
            throw .file("\(file) cannot be written: \(error)")
        }
        try place.replace(with: Array(data))
    }

    public func holds(_ certificate: ClientCertificate, of environment: Int) -> Bool {
        certificates["\(environment)"] == Self.digest(certificate.authority + certificate.certificate)
    }

    public func holds(clientSecret: String) -> Bool { self.clientSecret == Self.digest(Array(clientSecret.utf8)) }

    public mutating func note(_ certificate: ClientCertificate, of environment: Int) {
        certificates["\(environment)"] = Self.digest(certificate.authority + certificate.certificate)
    }

    public mutating func note(clientSecret: String) { self.clientSecret = Self.digest(Array(clientSecret.utf8)) }

    private struct Page: Codable {
        let version: Int
        let instance: String
        let clientSecret: String?
        let certificates: [String: String]
    }

    private static func digest(_ bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}

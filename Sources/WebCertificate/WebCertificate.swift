import Crypto
public import Foundation
import SwiftASN1
import X509

/// A certificate of the web server, and how long it is good.
public struct WebCertificate: Sendable, Equatable {
    /// PEM, the certificate first, then its chain.
    public let pem: String
    public let notAfter: Date
    /// The DNS names that it is for.
    public let names: [String]
    /// Whether it was signed by itself: browsers warn until somebody trusts it.
    public let isSelfSigned: Bool

    /// How long a certificate of ours lives, in seconds: 825 days, the most that browsers take.
    static let lifetime: TimeInterval = 825 * 86_400

    /// Reads the first certificate of a PEM file.
    /// - Throws: ``WebCertificateError``.
    public init(pem: String) throws(WebCertificateError) {
        guard let end = pem.range(of: "-----END CERTIFICATE-----") else {
            throw .unreadable("there is no certificate in it")
        }
        do {
            let certificate = try Certificate(pemEncoded: String(pem[..<end.upperBound]))
            self.pem = pem
            notAfter = certificate.notValidAfter
            isSelfSigned = certificate.issuer == certificate.subject
            names =
                try certificate.extensions.subjectAlternativeNames?.compactMap { name in
                    if case .dnsName(let text) = name { text } else { nil }
                } ?? []
        } catch {
            throw .unreadable("\(error)")
        }
    }

    /// A new one, signed by its own key.
    /// - Parameter name: the host name that browsers use.
    /// - Returns: the certificate and its key, both PEM.
    public static func selfSigned(for name: String, now: Date = Date()) throws(WebCertificateError) -> (
        certificate: WebCertificate, key: String
    ) {
        do {
            let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
            let subject = try DistinguishedName { CommonName(String(name.prefix(64))) }
            let certificate = try Certificate(
                version: .v3,
                serialNumber: Certificate.SerialNumber(),
                publicKey: key.publicKey,
                notValidBefore: now.addingTimeInterval(-300),
                notValidAfter: now.addingTimeInterval(lifetime),
                issuer: subject,
                subject: subject,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage([.serverAuth])
                    SubjectAlternativeNames([.dnsName(name)])
                },
                issuerPrivateKey: key
            )
            let pem = try certificate.serializeAsPEM().pemString
            return (try WebCertificate(pem: pem + "\n"), try key.serializeAsPEM().pemString + "\n")
        } catch {
            throw .notMade("\(error)")
        }
    }

    /// Whether it is good for a host for so many more days.
    public func isGood(for name: String, days: Double, now: Date = Date()) -> Bool {
        guard notAfter.timeIntervalSince(now) > days * 86_400 else { return false }
        let name = name.lowercased()
        return names.contains { own in
            let own = own.lowercased()
            // RFC 6125 §6.4.3: a star stands for one whole label, the first.
            return own == name || (own.hasPrefix("*.") && name.drop { $0 != "." } == own.dropFirst())
        }
    }
}

import Crypto
import Foundation
import SwiftASN1
import X509

/// The guard's own certificate authority: it signs the guard's certificate and one for each person, and nothing else.
///
/// Keys are ECDSA on P-256, which every TLS library of the last ten years knows.
struct CertificateAuthority {
    private let key: Certificate.PrivateKey
    private let certificate: Certificate
    let issued: IssuedCertificate

    /// How long the authority itself lives, in seconds: ten years.
    static let lifetime: Int64 = 3650 * 86_400

    /// Clocks of two hosts may differ by so much, in seconds.
    private static let clockSkew: Int64 = 300

    /// A new authority.
    /// - Parameter now: seconds since 1970.
    init(now: Int64) throws {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        self.key = key
        let name = try DistinguishedName { CommonName("DIY Cloud Bridge Docker guard CA") }
        certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: key.publicKey,
            notValidBefore: Self.date(now - Self.clockSkew),
            notValidAfter: Self.date(now + Self.lifetime),
            issuer: name,
            subject: name,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: key.publicKey)
            },
            issuerPrivateKey: key
        )
        issued = IssuedCertificate(certificate, pem: try certificate.serializeAsPEM().pemString)
    }

    /// The authority of these files.
    /// - Throws: what the parser says, or ``Mismatch``.
    init(certificatePEM: String, keyPEM: String) throws {
        certificate = try Certificate(pemEncoded: certificatePEM)
        key = try Certificate.PrivateKey(pemEncoded: keyPEM)
        issued = IssuedCertificate(certificate, pem: certificatePEM)
        guard key.publicKey == certificate.publicKey else { throw Mismatch() }
    }

    struct Mismatch: Error, CustomStringConvertible {
        var description: String { "its key belongs to another certificate" }
    }

    var keyPEM: String { get throws { try key.serializeAsPEM().pemString } }

    /// Whether `certificate` was signed by this authority.
    func signed(_ certificate: Certificate) -> Bool {
        key.publicKey.isValidSignature(certificate.signature, for: certificate)
    }

    /// A certificate for a person, good to sign in to the guard with (RFC 5280 §4.2.1.12, clientAuth).
    func client(_ name: String, lifetime: Int64, now: Int64) throws -> (certificate: IssuedCertificate, keyPEM: String)
    {
        try issue(name, lifetime: lifetime, now: now, usage: .clientAuth, names: [])
    }

    /// The guard's own certificate.
    /// - Parameter names: host names and addresses (RFC 5280 §4.2.1.6) by which Portainer knows the guard.
    func server(_ names: [String], lifetime: Int64, now: Int64) throws -> (
        certificate: IssuedCertificate, keyPEM: String
    ) {
        try issue("docker-guard", lifetime: lifetime, now: now, usage: .serverAuth, names: names.map(Self.generalName))
    }

    private func issue(
        _ name: String,
        lifetime: Int64,
        now: Int64,
        usage: ExtendedKeyUsage.Usage,
        names: [GeneralName]
    ) throws -> (certificate: IssuedCertificate, keyPEM: String) {
        let own = Certificate.PrivateKey(P256.Signing.PrivateKey())
        // Never past the authority: what outlives it would be refused before its time.
        let end = min(now + lifetime, issued.notAfter)
        let certificate = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(),
            publicKey: own.publicKey,
            notValidBefore: Self.date(now - Self.clockSkew),
            notValidAfter: Self.date(end),
            issuer: self.certificate.subject,
            subject: try DistinguishedName { CommonName(name) },
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([usage])
                if !names.isEmpty { SubjectAlternativeNames(names) }
                AuthorityKeyIdentifier(keyIdentifier: SubjectKeyIdentifier(hash: key.publicKey).keyIdentifier)
            },
            issuerPrivateKey: key
        )
        let pem = try certificate.serializeAsPEM().pemString
        return (IssuedCertificate(certificate, pem: pem), try own.serializeAsPEM().pemString)
    }

    private static func date(_ seconds: Int64) -> Date { Date(timeIntervalSince1970: TimeInterval(seconds)) }

    static func generalName(_ text: String) -> GeneralName {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            return .ipAddress(ASN1OctetString(contentBytes: withUnsafeBytes(of: four) { ArraySlice($0) }))
        }
        if inet_pton(AF_INET6, text, &six) == 1 {
            return .ipAddress(ASN1OctetString(contentBytes: withUnsafeBytes(of: six) { ArraySlice($0) }))
        }
        return .dnsName(text)
    }
}

public import X509

/// A certificate and what is worth knowing of it.
public struct IssuedCertificate: Sendable, Equatable {
    /// In PEM (RFC 7468).
    public let pem: String
    /// Whom it names: a person, or the guard.
    public let name: String
    /// See ``serialText(_:)``.
    public let serial: String
    /// Seconds since 1970.
    public let notBefore: Int64
    /// Seconds since 1970.
    public let notAfter: Int64

    init(_ certificate: Certificate, pem: String) {
        self.pem = pem
        name = Self.commonName(of: certificate) ?? ""
        serial = Self.serialText(certificate.serialNumber)
        notBefore = Int64(certificate.notValidBefore.timeIntervalSince1970)
        notAfter = Int64(certificate.notValidAfter.timeIntervalSince1970)
    }

    /// A serial number as the list of valid certificates writes it: lower-case hexadecimal digits, two for each byte, without
    /// leading zero bytes (RFC 5280 §4.1.2.2 has positive numbers only).
    public static func serialText(_ serial: Certificate.SerialNumber) -> String {
        let digits = Array("0123456789abcdef")
        return serial.bytes.drop { $0 == 0 }.reduce(into: "") { text, byte in
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
    }

    /// The one common name of the subject.
    /// - Returns: `nil` when there is none or more than one: nobody shall be two people.
    public static func commonName(of certificate: Certificate) -> String? {
        let names = certificate.subject.flatMap { $0 }.filter { $0.type == .RDNAttributeType.commonName }
        guard names.count == 1, let name = names.first else { return nil }
        return String(name.value)
    }

    /// Whether less than a third of its life is left.
    /// - Parameter now: seconds since 1970.
    public func wantsRenewal(at now: Int64) -> Bool { now >= notAfter - (notAfter - notBefore) / 3 || now < notBefore }
}

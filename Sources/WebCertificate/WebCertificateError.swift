/// A certificate that cannot be used.
public enum WebCertificateError: Error, Sendable, CustomStringConvertible {
    case unreadable(String)
    case notMade(String)

    public var description: String {
        switch self {
        case .unreadable(let reason): "the certificate cannot be read: \(reason)"
        case .notMade(let reason): "no certificate could be made: \(reason)"
        }
    }
}

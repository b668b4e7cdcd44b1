/// What there is of certificates. What is damaged, signed by another authority or without its key is as good as not there.
public struct CertificateStanding: Sendable, Equatable {
    /// `nil`: there is none, and nothing else counts.
    public var authority: IssuedCertificate?
    /// The guard's own; `nil` also when it lacks one of the names asked for.
    public var server: IssuedCertificate?
    /// By person.
    public var clients: [String: IssuedCertificate]
    /// Whom the guard lets in.
    public var listed: [ValidCertificates.Entry]

    public init(
        authority: IssuedCertificate? = nil,
        server: IssuedCertificate? = nil,
        clients: [String: IssuedCertificate] = [:],
        listed: [ValidCertificates.Entry] = []
    ) {
        self.authority = authority
        self.server = server
        self.clients = clients
        self.listed = listed
    }
}

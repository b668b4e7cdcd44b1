public import Identity

/// A session as a store keeps it.
public struct SessionRecord: Sendable, Equatable {
    public var id: SessionID
    public var digest: TokenDigest
    public var principal: Principal
    public var createdAt: Int64
    public var expiresAt: Int64
    public var lastSeen: Int64
    public var client: ClientAddress
    public var userAgent: String
    public var linuxAccount: Bool

    public init(
        id: SessionID,
        digest: TokenDigest,
        principal: Principal,
        createdAt: Int64,
        expiresAt: Int64,
        lastSeen: Int64,
        client: ClientAddress,
        userAgent: String,
        linuxAccount: Bool
    ) {
        self.id = id
        self.digest = digest
        self.principal = principal
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.lastSeen = lastSeen
        self.client = client
        self.userAgent = Self.printable(userAgent)
        self.linuxAccount = linuxAccount
    }

    /// What a browser says of itself is shown to people: short, and without characters that move a cursor.
    private static func printable(_ text: String) -> String {
        let scalars = text.unicodeScalars.prefix(256).filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
            default: true
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }
}

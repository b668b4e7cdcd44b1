/// A doubtful fact of the user store, with what was assumed instead of it. Never dropped, never guessed to zero.
public struct Finding: Hashable, Sendable, Codable {
    /// The same for the same doubt at each reading: `<kind>:<table>:<row id>[:<column>]`.
    public let id: String
    public let kind: FindingKind
    /// The user it concerns, as written in the store; `nil` where no user can be named.
    public let user: String?
    /// The value as stored, made printable; `nil` where a value is missing.
    public let rawValue: String?
    /// What the bridge does instead, as a sentence for the administrator.
    public let assumed: String

    public init(id: String, kind: FindingKind, user: String?, rawValue: String?, assumed: String) {
        self.id = id
        self.kind = kind
        self.user = user
        self.rawValue = rawValue
        self.assumed = assumed
    }
}

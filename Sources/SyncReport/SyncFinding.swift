/// What does not agree with the user store and what nobody but an administrator can put right.
public struct SyncFinding: Sendable, Hashable, Codable {
    public let area: SyncArea
    /// Whom it concerns; `nil` where it concerns the host.
    public let user: String?
    /// What kind of thing it is, in kebab case (`not-in-force`, `foreign-account`). Stable: scripts may match it.
    public let kind: String
    /// What is so, as a sentence.
    public let text: String
    /// What an administrator can do about it, as a sentence or a command; `nil` where nothing needs doing.
    public let remedy: String?

    public init(area: SyncArea, user: String?, kind: String, text: String, remedy: String? = nil) {
        self.area = area
        self.user = user
        self.kind = kind
        self.text = text
        self.remedy = remedy
    }
}

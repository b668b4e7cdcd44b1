public import SyncReport

/// One thing that a run would do, or did, to the host.
public struct SyncChange: Sendable, Hashable, Codable {
    public let area: SyncArea
    /// What kind of change it is, in kebab case (`create-account`, `set-limits`). Stable: scripts may match it.
    public let kind: String
    /// Whom it concerns; `nil` where it concerns the host.
    public let user: String?
    /// What is changed, without a full stop: `set memory 2 GiB → 4 GiB`.
    public let what: String
    /// Why: `the store says so`.
    public let why: String
    /// What else tells it from other changes of its kind and person: a group, a server, a uid.
    public let subject: String?

    public init(
        area: SyncArea,
        kind: String,
        user: String?,
        what: String,
        why: String,
        subject: String? = nil
    ) {
        self.area = area
        self.kind = kind
        self.user = user
        self.what = what
        self.why = why
        self.subject = subject
    }

    /// What stays the same of a change that is still wanted when a run looks again, whatever its old value has become.
    struct Identity: Hashable {
        let area: SyncArea
        let kind: String
        let user: String?
        let subject: String?
    }

    var identity: Identity { Identity(area: area, kind: kind, user: user, subject: subject) }
}

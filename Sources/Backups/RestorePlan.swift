/// What a restore would do, before it does it.
public struct RestorePlan: Sendable, Equatable {
    /// What happens with one item of the backup.
    public struct Action: Sendable, Equatable {
        public enum Kind: String, Sendable {
            /// Something is there, and is replaced by what the backup has.
            case replace
            /// Nothing is there yet.
            case create
            /// Not put back; `reason` says why.
            case leave
        }

        public let kind: Kind
        /// Where it goes, as the host knows it.
        public let path: String
        public let reason: String?
        let item: BackupManifest.Item
        let target: String

        /// One line for a person.
        public var summary: String {
            switch kind {
            case .replace: "replace \(path)"
            case .create: "make \(path)"
            case .leave: "leave \(path) alone: \(reason ?? "")"
            }
        }
    }

    /// The backup, absolute.
    public let file: String
    public let manifest: BackupManifest
    public let actions: [Action]
    /// Units that run now; stopped in this order, started again in the reverse one.
    public let units: [String]
    /// The container that is stopped meanwhile, if it runs.
    public let container: String?
    /// Where the state of now is saved before anything is touched; nil when there is none.
    public let saved: String?
    /// Ends the names of what is put beside others.
    public let stamp: String
    let places: BackupPlaces
    let people: [BackupPerson]
    let version: String
    let workDirectory: String

    /// The whole plan, line by line.
    public var lines: [String] {
        var lines = [
            "The backup of \(manifest.host), \(manifest.date), version \(manifest.version); every digest is right."
        ]
        if let saved { lines.append("save what is here now to \(saved)") }
        lines += units.map { "stop \($0)" }
        if let container { lines.append("stop the container \(container)") }
        lines += actions.map(\.summary)
        if let container { lines.append("start the container \(container)") }
        lines += units.reversed().map { "start \($0)" }
        return lines
    }
}

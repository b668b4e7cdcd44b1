import Backups

/// A plan of a restore for programs.
struct RestorePlanReport: Encodable {
    struct Action: Encodable {
        let kind: String
        let path: String
        let reason: String?
    }

    let file: String
    let host: String
    let version: String
    let date: String
    /// Where what is here now is saved; nil when nothing is.
    let saved: String?
    let stops: [String]
    let container: String?
    let actions: [Action]

    init(_ plan: RestorePlan) {
        file = plan.file
        host = plan.manifest.host
        version = plan.manifest.version
        date = plan.manifest.date
        saved = plan.saved
        stops = plan.units
        container = plan.container
        actions = plan.actions.map { Action(kind: $0.kind.rawValue, path: $0.path, reason: $0.reason) }
    }
}

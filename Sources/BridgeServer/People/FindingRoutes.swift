import Hummingbird
import Identity
import SyncReport

/// `GET /api/v1/findings`: what is doubtful in the store, and what this host does not do of what it says; for administrators.
struct FindingRoutes: Sendable {
    let parts: BridgeParts

    private struct Document: Encodable {
        let total: Int
        let offset: Int
        let findings: [Entry]
    }

    /// The same keys as `diycloud-bridge findings --format json`.
    private struct Entry: Encodable {
        let area: String
        let id: String
        let kind: String
        @ExplicitNull var user: String?
        @ExplicitNull var rawValue: String?
        let assumed: String
        @ExplicitNull var remedy: String?

        init(_ finding: Finding) {
            area = "store"
            id = finding.id
            kind = finding.kind.rawValue
            user = finding.user
            rawValue = finding.rawValue
            assumed = finding.assumed
            remedy = nil
        }

        init(_ finding: SyncFinding) {
            area = finding.area.rawValue
            id = [finding.kind, finding.area.rawValue, finding.user].compactMap(\.self).joined(separator: ":")
            kind = finding.kind
            user = finding.user
            rawValue = nil
            assumed = finding.text
            remedy = finding.remedy
        }
    }

    func list(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let person = try await SignedInBrowser(request, parts: parts)
        try person.requireAdministrator()
        let window = try request.window(default: ListWindow.largest)
        let all = try parts.snapshot().findings.map(Entry.init) + (await parts.usage.syncFindings()).map(Entry.init)
        return try JSON.response(Document(total: all.count, offset: window.offset, findings: window.cut(all)))
    }
}

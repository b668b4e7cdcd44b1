import Hummingbird
import Identity
import Pages
import Sessions
import SyncReport
import Usage
import UserStore

/// The administrators' page of people.
struct PeoplePageRoute: Sendable {
    let parts: BridgeParts

    /// The most rows of a page.
    static let pageSize = 50
    /// The most findings of a page.
    static let findingLimit = 100

    func show(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        try BrowserRequest(request).requireNavigation()
        guard let person = try? await SignedInBrowser(request, parts: parts) else {
            return Response.seeOther("/login?rd=/people")
        }
        try person.requireAdministrator()
        let search = try request.search() ?? ""
        let offset = Int(try request.integer("offset", in: 0...1_000_000) ?? 0)
        let snapshot = try parts.snapshot()
        let fitting = snapshot.people(matching: search)
        let shown = Array(fitting.dropFirst(offset).prefix(Self.pageSize))
        let usage = await parts.usage.documents(of: shown)
        let findings = Self.findings(
            of: shown,
            snapshot,
            await parts.usage.syncFindings(),
            isWhole: search.isEmpty
        )
        var rows: [PeoplePage.Person] = []
        for (record, use) in zip(shown, usage) {
            rows.append(
                .init(
                    principal: record.principal,
                    isActive: record.isActive,
                    quota: record.quota,
                    meters: AccountPage.Usage(use).meters,
                    sessions: await parts.register.sessions(of: record.name).count,
                    findings: findings.count { $0.user == record.name.rawValue }
                )
            )
        }
        let page = PeoplePage(
            principal: person.session.principal,
            search: search,
            people: rows,
            offset: min(offset, fitting.count),
            pageSize: Self.pageSize,
            count: fitting.count,
            total: snapshot.users.count,
            findings: Array(findings.prefix(Self.findingLimit)),
            findingsNotShown: max(0, findings.count - Self.findingLimit),
            csrf: person.csrfToken(parts.serverKey)
        )
        return Response.portalPage(page.html(), for: person.browser)
    }

    /// What the store and the last reconciliation say of the people shown, and of nobody in particular where everybody is shown.
    private static func findings(
        of people: [UserRecord],
        _ snapshot: StoreSnapshot,
        _ sync: [SyncFinding],
        isWhole: Bool
    ) -> [PeoplePage.FindingEntry] {
        let names = Set(people.map(\.name.rawValue))
        let ofStore = snapshot.findings.filter { $0.user.map(names.contains) ?? isWhole }.map { finding in
            PeoplePage.FindingEntry(
                user: finding.user,
                kind: finding.kind.rawValue,
                text: finding.assumed,
                value: finding.rawValue,
                remedy: nil
            )
        }
        let ofSync = sync.filter { $0.user.map(names.contains) ?? isWhole }.map { finding in
            PeoplePage.FindingEntry(
                user: finding.user,
                kind: finding.kind,
                text: finding.text,
                value: nil,
                remedy: finding.remedy
            )
        }
        return ofStore + ofSync
    }
}

public import Identity

/// `GET /people`, for administrators: who there is, what they may use and do use, and what is doubtful. Can be read without JavaScript;
/// `/portal/people.js` changes things through the REST API with the token of the form for signing out.
public struct PeoplePage: Page, Equatable {
    /// A row of the list.
    public struct Person: Sendable, Equatable {
        public var principal: Principal
        public var isActive: Bool
        public var quota: Quota
        /// Processor, memory and disk, in this order.
        public var meters: [UsageMeter]
        /// Open sessions.
        public var sessions: Int
        /// How many of ``PeoplePage/findings`` are about the person.
        public var findings: Int

        public init(
            principal: Principal,
            isActive: Bool,
            quota: Quota,
            meters: [UsageMeter],
            sessions: Int,
            findings: Int
        ) {
            self.principal = principal
            self.isActive = isActive
            self.quota = quota
            self.meters = meters
            self.sessions = sessions
            self.findings = findings
        }
    }

    /// Something doubtful.
    public struct FindingEntry: Sendable, Equatable {
        /// Whom it is about; `nil` for the whole host.
        public var user: String?
        public var kind: String
        public var text: String
        /// What was found, where it was a value.
        public var value: String?
        /// What an administrator can do.
        public var remedy: String?

        public init(user: String?, kind: String, text: String, value: String?, remedy: String?) {
            self.user = user
            self.kind = kind
            self.text = text
            self.value = value
            self.remedy = remedy
        }
    }

    /// Who looks at the page.
    public var principal: Principal
    /// What was searched for; empty shows everybody.
    public var search: String
    /// The rows of this page of the list.
    public var people: [Person]
    /// How many rows stand before ``people``.
    public var offset: Int
    /// The most rows of a page.
    public var pageSize: Int
    /// How many fit the search.
    public var count: Int
    /// How many there are in all.
    public var total: Int
    /// Those that are shown.
    public var findings: [FindingEntry]
    /// How many more there are.
    public var findingsNotShown: Int
    /// The token that every change must bring back.
    public var csrf: String

    public init(
        principal: Principal,
        search: String,
        people: [Person],
        offset: Int,
        pageSize: Int,
        count: Int,
        total: Int,
        findings: [FindingEntry],
        findingsNotShown: Int,
        csrf: String
    ) {
        self.principal = principal
        self.search = search
        self.people = people
        self.offset = offset
        self.pageSize = pageSize
        self.count = count
        self.total = total
        self.findings = findings
        self.findingsNotShown = findingsNotShown
        self.csrf = csrf
    }

    public func html() -> String {
        var fields = PageHeader(principal, at: .people, csrf: csrf).fields
        fields["search"] = search
        fields["summary"] = summary
        fields["nobody"] = search.isEmpty ? "There is nobody here." : "Nobody fits your search."
        fields["hasPeople"] = !people.isEmpty
        fields["people"] = people.map(Self.values)
        fields["hasPages"] = offset > 0 || count > offset + people.count
        fields["range"] = "\(offset + 1) to \(offset + people.count) of \(count)"
        fields["previous"] = offset > 0 ? address(offset: max(0, offset - pageSize)) : nil
        fields["next"] = count > offset + people.count ? address(offset: offset + people.count) : nil
        fields["hasFindings"] = !findings.isEmpty
        fields["findingList"] = findings.map(Self.values)
        fields["moreFindings"] =
            findingsNotShown > 0 ? "\(findingsNotShown) more: diycloud-bridge findings shows all of them." : nil
        return PageTemplates.render("people", fields)
    }

    private var summary: String {
        let all = total == 1 ? "1 person" : "\(total) people"
        return search.isEmpty ? all : "\(count) of \(all)"
    }

    private func address(offset: Int) -> String {
        let query = search.isEmpty ? "" : "search=\(PageLink.percentEncoded(search))&"
        return "/people?\(query)offset=\(offset)"
    }

    private static func values(of person: Person) -> PageTemplates.Fields {
        let quota = person.quota
        let email: [String] = person.principal.email.map { [$0] } ?? []
        let findings: [String] =
            switch person.findings {
            case 0: []
            case 1: ["1 finding"]
            case let count: ["\(count) findings"]
            }
        return [
            "person": person.principal.name.rawValue, "email": email, "isAdmin": person.principal.role == .admin,
            "isActive": person.isActive, "active": "\(person.isActive)", "cpuCores": "\(quota.cpuCores)",
            "memoryBytes": "\(quota.memory.bytes)", "diskBytes": "\(quota.disk.bytes)", "gpuFlag": "\(quota.gpu)",
            "gpu": quota.gpu ? "Yes" : "No", "sessions": "\(person.sessions)", "meters": person.meters.map(\.fields),
            "findings": findings,
        ]
    }

    private static func values(of finding: FindingEntry) -> PageTemplates.Fields {
        let value: [String] = finding.value.flatMap { $0.isEmpty ? nil : [$0] } ?? []
        let remedy: [String] = finding.remedy.map { [$0] } ?? []
        return [
            "subject": finding.user ?? "This host", "kind": finding.kind, "text": finding.text, "value": value,
            "remedy": remedy,
        ]
    }
}

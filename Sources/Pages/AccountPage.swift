public import Identity

/// `GET /account`: who one is, what one may use, the services, and where one is signed in. Its forms post to `/logout` (`csrf`)
/// and to `/account/sessions/end` (`csrf`, and `session`: an id, or `others` for all but this one).
public struct AccountPage: Page, Equatable {
    /// A service that is open to the person.
    public struct Service: Sendable, Equatable {
        public var link: PageLink
        /// A sentence about it; may be empty.
        public var description: String

        public init(link: PageLink, description: String) {
            self.link = link
            self.description = description
        }
    }

    /// One of the person's sessions.
    public struct Session: Sendable, Equatable {
        /// The public id, never the token.
        public var id: String
        /// The browser's `User-Agent`, as it came.
        public var userAgent: String
        public var address: String
        /// In seconds since 1970.
        public var openedAt: Int64
        /// In seconds since 1970.
        public var lastSeenAt: Int64
        /// Whether the page itself was asked for in this session.
        public var isCurrent: Bool

        public init(id: String, userAgent: String, address: String, openedAt: Int64, lastSeenAt: Int64, isCurrent: Bool)
        {
            self.id = id
            self.userAgent = userAgent
            self.address = address
            self.openedAt = openedAt
            self.lastSeenAt = lastSeenAt
            self.isCurrent = isCurrent
        }
    }

    /// What the person uses, as their slice and the file system say.
    public struct Usage: Sendable, Equatable {
        /// In the order in which they are shown.
        public var meters: [UsageMeter]
        /// Processes and threads, of how many: `12 of 1024`.
        public var tasks: String
        /// Running notebook servers.
        public var servers: Int

        public init(meters: [UsageMeter], tasks: String, servers: Int) {
            self.meters = meters
            self.tasks = tasks
            self.servers = servers
        }
    }

    public var principal: Principal
    /// `nil` when the user store cannot be read.
    public var quota: Quota?
    /// `nil` shows the quota alone.
    public var usage: Usage?
    /// In the order in which they are shown.
    public var services: [Service]
    /// In the order in which they are shown.
    public var sessions: [Session]
    /// The token that each form of the page must bring back.
    public var csrf: String
    /// The time of the request, in seconds since 1970.
    public var now: Int64
    /// What has just been done, as a sentence.
    public var notice: String?
    /// What could not be done, as a sentence.
    public var error: String?

    public init(
        principal: Principal,
        quota: Quota?,
        usage: Usage? = nil,
        services: [Service],
        sessions: [Session],
        csrf: String,
        now: Int64,
        notice: String? = nil,
        error: String? = nil
    ) {
        self.principal = principal
        self.quota = quota
        self.usage = usage
        self.services = services
        self.sessions = sessions
        self.csrf = csrf
        self.now = now
        self.notice = notice
        self.error = error
    }

    public func html() -> String {
        var fields: PageTemplates.Fields = [
            "role": principal.role == .admin ? "Administrator" : "User",
            "hasServices": !services.isEmpty, "services": services.map(Self.values),
            "hasOthers": sessions.contains { !$0.isCurrent }, "sessions": sessions.map(values(of:)),
        ]
        fields.merge(PageHeader(principal, at: .account, csrf: csrf).fields) { $1 }
        fields["email"] = principal.email
        fields["quota"] = usage == nil ? quota.map(Self.values) : nil
        fields["usage"] = usage.map { Self.values(of: $0, gpu: quota?.gpu) }
        fields["isUnknown"] = usage == nil && quota == nil
        fields["notice"] = notice
        fields["error"] = error
        return PageTemplates.render("account", fields)
    }

    private static func values(of service: Service) -> PageTemplates.Fields {
        // An empty array leaves the section out; a missing value would be looked up further out.
        let description = service.description.isEmpty ? [] : [service.description]
        return ["url": service.link.href, "title": service.link.label, "description": description]
    }

    private static func values(of usage: Usage, gpu: Bool?) -> PageTemplates.Fields {
        [
            "meters": usage.meters.map(\.fields), "tasks": usage.tasks, "servers": "\(usage.servers)",
            "gpu": gpu.map { $0 ? "Yes" : "No" } ?? "unknown",
        ]
    }

    private static func values(of quota: Quota) -> PageTemplates.Fields {
        [
            "cpu": cores(quota.cpuCores), "memory": quota.memory.description, "disk": quota.disk.description,
            "gpu": quota.gpu ? "Yes" : "No",
        ]
    }

    /// `1 core`, `1.5 cores`, `0.25 cores`: at most two decimals.
    public static func cores(_ count: Double) -> String {
        guard count.isFinite, count >= 0, count <= 1_000_000 else { return "unknown" }
        let hundredths = Int((count * 100).rounded())
        guard hundredths != 100 else { return "1 core" }
        let fraction = hundredths % 100
        guard fraction != 0 else { return "\(hundredths / 100) cores" }
        let digits = fraction % 10 == 0 ? "\(fraction / 10)" : (fraction < 10 ? "0\(fraction)" : "\(fraction)")
        return "\(hundredths / 100).\(digits) cores"
    }

    private func values(of session: Session) -> PageTemplates.Fields {
        [
            "id": session.id, "device": UserAgentSummary.of(session.userAgent), "address": session.address,
            "isCurrent": session.isCurrent, "openedISO": TimeText.utc(session.openedAt),
            "opened": TimeText.ago(session.openedAt, now: now), "seenISO": TimeText.utc(session.lastSeenAt),
            "seen": session.isCurrent ? "now" : TimeText.ago(session.lastSeenAt, now: now),
        ]
    }
}

public import Identity

/// `GET /`: the services with their state, what one uses, and what runs. Complete without JavaScript; `/portal/portal.js` keeps it fresh.
public struct PortalPage: Page, Equatable {
    /// A service of this site.
    public struct Service: Sendable, Equatable {
        /// Its name in `bridge.yaml`; the script finds the tile by it.
        public var name: String
        public var link: PageLink
        /// A sentence about it; may be empty.
        public var description: String
        public var state: ServiceState

        public init(name: String, link: PageLink, description: String, state: ServiceState) {
            self.name = name
            self.link = link
            self.description = description
            self.state = state
        }
    }

    public var principal: Principal
    /// All of the site, in the order in which they are shown; those that are not for the person have no link.
    public var services: [Service]
    /// `nil` when nobody can say.
    public var usage: AccountPage.Usage?
    /// In the order in which they are shown.
    public var running: [RunningThing]
    /// The token that the form for signing out must bring back.
    public var csrf: String

    public init(
        principal: Principal,
        services: [Service],
        usage: AccountPage.Usage?,
        running: [RunningThing],
        csrf: String
    ) {
        self.principal = principal
        self.services = services
        self.usage = usage
        self.running = running
        self.csrf = csrf
    }

    public func html() -> String {
        var fields = PageHeader(principal, at: .portal, csrf: csrf).fields
        fields["hasServices"] = !services.isEmpty
        fields["services"] = services.map(Self.values)
        fields["usage"] = usage.map { ["meters": $0.meters.map(\.fields)] }
        fields["running"] = running.map(\.fields)
        fields["hasRunning"] = !running.isEmpty
        fields["notebooks"] = services.first { $0.name == "jupyterhub" && $0.state != .notForYou }
            .map { ["url": $0.link.href, "title": $0.link.label] }
        return PageTemplates.render("portal", fields)
    }

    private static func values(of service: Service) -> PageTemplates.Fields {
        // An empty array leaves the section out; a missing value would be looked up further out.
        let description: [String] = service.description.isEmpty ? [] : [service.description]
        let url: [String] = service.state == .notForYou ? [] : [service.link.href]
        let icon =
            switch service.name {
            case "jupyterhub": "notebook"
            case "portainer": "container"
            default: "service"
            }
        return [
            "name": service.name, "url": url, "title": service.link.label, "description": description, "icon": icon,
            "state": service.state.rawValue, "label": service.state.label,
        ]
    }
}

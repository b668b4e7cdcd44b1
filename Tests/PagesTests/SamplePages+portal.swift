import Identity
import Pages

/// The portal and the page of people, as ``SamplePages`` has the others.
extension SamplePages {
    static func portal(_ text: (String) -> String) throws -> PortalPage {
        PortalPage(
            principal: Principal(name: try UserName("alice"), role: .admin, email: text("alice@example.org")),
            services: ServiceState.allCases.map { state in
                .init(
                    name: text("service-\(state.rawValue)"),
                    link: PageLink(href: text("/jupyter/"), label: text("Notebooks")),
                    description: text("Write and run code in the browser with JupyterLab."),
                    state: state
                )
            },
            usage: .init(
                meters: [
                    UsageMeter(
                        title: "Processor",
                        used: "0.4 cores",
                        limit: "1.5 cores",
                        percent: 27,
                        notEnforced: nil
                    ),
                    UsageMeter(
                        title: "Disk",
                        used: nil,
                        limit: "20 GiB",
                        percent: nil,
                        notEnforced: text("quotas are off on /home")
                    ),
                ],
                tasks: "12 of 1024",
                servers: 1
            ),
            running: RunningThing.Kind.allCases.map { RunningThing(kind: $0, name: text("web"), memory: "412 MiB") },
            csrf: text("Jq0mQ2l9cFQ")
        )
    }

    static func emptyPortal(_ text: (String) -> String) throws -> PortalPage {
        PortalPage(
            principal: Principal(name: try UserName("a_name_of_thirty-two_characters_"), role: .user, email: nil),
            services: [],
            usage: nil,
            running: [],
            csrf: text("Jq0mQ2l9cFQ")
        )
    }

    static func people(_ text: (String) -> String) throws -> PeoplePage {
        let quota = Quota(cpuCores: 1.5, memory: .gibibytes(4), disk: .gibibytes(20), gpu: true)
        let meters = ["Processor", "Memory", "Disk"].map {
            UsageMeter(title: $0, used: "1", limit: "4", percent: 25, notEnforced: nil)
        }
        let people = try ["alice", "bob"].map { name in
            PeoplePage.Person(
                principal: Principal(name: try UserName(name), role: .admin, email: text("\(name)@example.org")),
                isActive: name == "alice",
                quota: quota,
                meters: meters,
                sessions: 2,
                findings: 1
            )
        }
        return PeoplePage(
            principal: Principal(name: try UserName("ada"), role: .admin, email: nil),
            search: text("a b&c"),
            people: people,
            offset: 50,
            pageSize: 50,
            count: 120,
            total: 300,
            findings: [
                .init(
                    user: text("alice"),
                    kind: text("bad-size"),
                    text: text("Memory is taken for 2 GiB."),
                    value: text("2 elephants"),
                    remedy: text("Set the limit anew.")
                ),
                .init(user: nil, kind: text("not-in-force"), text: text("No quotas."), value: nil, remedy: nil),
            ],
            findingsNotShown: 3,
            csrf: text("Jq0mQ2l9cFQ")
        )
    }

    static func noPeople(_ text: (String) -> String) throws -> PeoplePage {
        var page = try people(text)
        page.people = []
        page.findings = []
        page.findingsNotShown = 0
        page.offset = 0
        page.count = 0
        return page
    }
}

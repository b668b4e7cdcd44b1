/// Something of a person's that runs: a notebook server, a container, a shell.
public struct RunningThing: Sendable, Equatable {
    /// The raw values are those of `GET /api/v1/me/running`.
    public enum Kind: String, Sendable, CaseIterable {
        case notebookServer = "notebook-server"
        case container
        case session
        case other

        /// What people read; `portal.js` has the same words.
        var label: String {
            switch self {
            case .notebookServer: "Notebook server"
            case .container: "Container"
            case .session: "Shell session"
            case .other: "Other processes"
            }
        }

        var icon: String {
            switch self {
            case .notebookServer: "notebook"
            case .container: "container"
            case .session, .other: "service"
            }
        }
    }

    public var kind: Kind
    /// What tells it from others of its kind; may be empty.
    public var name: String
    /// Main memory that it takes, such as `412 MiB`; `nil` when nobody counts.
    public var memory: String?
    /// Where it is reached; `nil` when it is no place to go to.
    public var link: String?

    public init(kind: Kind, name: String, memory: String?, link: String? = nil) {
        self.kind = kind
        self.name = name
        self.memory = memory
        self.link = link
    }

    var fields: PageTemplates.Fields {
        let label = name.isEmpty ? kind.label : name
        let address: [String] = link.map { [PageLink(href: $0, label: label).href] } ?? []
        return [
            "icon": kind.icon, "label": label, "kind": name.isEmpty ? "" : kind.label, "memory": memory ?? "",
            "address": address,
        ]
    }
}

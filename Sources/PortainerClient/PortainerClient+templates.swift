import NIOHTTP1

extension PortainerClient {
    /// Every custom template that an administrator sees, without the compose files.
    public func templates() async throws(PortainerError) -> [PortainerTemplate] {
        try await list("/custom_templates", of: TemplateDocument.self).map(\.template)
    }

    /// The compose file of a template.
    public func content(of template: Int) async throws(PortainerError) -> String {
        try await ask(.get("/custom_templates/\(template)/file")).decoded(ContentDocument.self).content
    }

    /// Makes a template, which only its maker sees yet.
    /// - Throws: ``PortainerError/unexpected(call:status:message:)`` with 500 for whatever is wrong with it, a title that is taken
    ///   among it.
    public func createTemplate(_ draft: TemplateDraft) async throws(PortainerError) -> PortainerTemplate {
        let path = "/custom_templates/create/string"
        return try await ask(try .send(.POST, path, DraftDocument(draft))).decoded(TemplateDocument.self).template
    }

    public func replaceTemplate(_ id: Int, with draft: TemplateDraft) async throws(PortainerError) {
        _ = try await ask(try .send(.PUT, "/custom_templates/\(id)", DraftDocument(draft)))
    }

    /// Lets everybody see a template.
    /// - Parameter control: its resource control; `nil` when it has none yet.
    public func publishTemplate(_ id: Int, control: Int?) async throws(PortainerError) {
        if let control {
            _ = try await ask(try .send(.PUT, "/resource_controls/\(control)", PublicControl()))
        } else {
            _ = try await ask(try .send(.POST, "/resource_controls", NewControl(resource: "\(id)")))
        }
    }
}

private struct TemplateDocument: Decodable {
    let id: Int
    let title: String
    let description: String?
    let note: String?
    let logo: String?
    let owner: Int?
    let control: Control?

    struct Control: Decodable {
        let id: Int
        let isPublic: Bool?

        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case isPublic = "Public"
        }
    }

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case title = "Title"
        case description = "Description"
        case note = "Note"
        case logo = "Logo"
        case owner = "CreatedByUserId"
        case control = "ResourceControl"
    }

    var template: PortainerTemplate {
        PortainerTemplate(
            id: id,
            title: title,
            text: TemplateText(description: description ?? "", note: note ?? "", logo: logo ?? ""),
            owner: owner,
            control: control.flatMap { $0.id > 0 ? $0.id : nil },
            isPublic: control?.isPublic ?? false
        )
    }
}

private struct DraftDocument: Encodable {
    let title: String
    let description: String
    let note: String
    let logo: String
    let content: String
    /// Linux.
    let platform = 1
    /// A compose file.
    let type = 2
    let isEdge = false
    let variables: [String] = []

    init(_ draft: TemplateDraft) {
        title = draft.title
        description = draft.text.description
        note = draft.text.note
        logo = draft.text.logo
        content = draft.content
    }

    enum CodingKeys: String, CodingKey {
        case title = "Title"
        case description = "Description"
        case note = "Note"
        case logo = "Logo"
        case content = "FileContent"
        case platform = "Platform"
        case type = "Type"
        case isEdge = "EdgeTemplate"
        case variables = "Variables"
    }
}

private struct ContentDocument: Decodable {
    let content: String

    enum CodingKeys: String, CodingKey { case content = "FileContent" }
}

private struct PublicControl: Encodable {
    let isPublic = true
    let administratorsOnly = false
    let users: [Int] = []
    let teams: [Int] = []

    enum CodingKeys: String, CodingKey {
        case isPublic = "Public"
        case administratorsOnly = "AdministratorsOnly"
        case users = "Users"
        case teams = "Teams"
    }
}

private struct NewControl: Encodable {
    let resource: String
    /// A custom template.
    let type = 8
    let isPublic = true

    enum CodingKeys: String, CodingKey {
        case resource = "ResourceID"
        case type = "Type"
        case isPublic = "Public"
    }
}

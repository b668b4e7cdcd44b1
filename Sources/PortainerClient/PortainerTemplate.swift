/// A custom template: a compose file that people start from.
public struct PortainerTemplate: Sendable, Hashable {
    public let id: Int
    public let title: String
    public let text: TemplateText
    /// The user who made it; `nil` when the version does not say.
    public let owner: Int?
    /// The resource control that says who sees it; `nil` when there is none, and it is seen by administrators only.
    public let control: Int?
    /// Whether everybody sees it.
    public let isPublic: Bool

    public init(id: Int, title: String, text: TemplateText, owner: Int?, control: Int?, isPublic: Bool) {
        self.id = id
        self.title = title
        self.text = text
        self.owner = owner
        self.control = control
        self.isPublic = isPublic
    }
}

/// What is written about a template on its card.
public struct TemplateText: Sendable, Hashable {
    public let description: String
    public let note: String
    /// The address of a picture, or nothing.
    public let logo: String

    public init(description: String, note: String = "", logo: String = "") {
        self.description = description
        self.note = note
        self.logo = logo
    }
}

/// A template as it is to be.
public struct TemplateDraft: Sendable, Hashable {
    public let title: String
    public let text: TemplateText
    /// The compose file.
    public let content: String

    public init(title: String, text: TemplateText, content: String) {
        self.title = title
        self.text = text
        self.content = content
    }
}

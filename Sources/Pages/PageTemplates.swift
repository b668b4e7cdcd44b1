import Mustache

/// The templates of all pages, compiled into the program and parsed once.
enum PageTemplates {
    /// What templates are filled with. A missing value leaves its section out; an empty text does not.
    typealias Fields = [String: any Sendable]

    /// The source of each template by name.
    static let sources: [String: [UInt8]] = [
        "layout": PackageResources.layout_mustache,
        "alerts": PackageResources.alerts_mustache,
        "sign-in": PackageResources.sign_in_mustache,
        "challenge": PackageResources.challenge_mustache,
        "account": PackageResources.account_mustache,
        "notice": PackageResources.notice_mustache,
        "people": PackageResources.people_mustache,
        "portal": PackageResources.portal_mustache,
        "usage": PackageResources.usage_mustache,
        "who": PackageResources.who_mustache,
    ]

    /// - Parameters:
    ///   - name: a key of ``sources``.
    ///   - fields: what the page shows; escaped on the way.
    /// - Returns: the whole page.
    static func render(_ name: String, _ fields: Fields) -> String {
        var fields = fields
        fields["stylesheet"] = StaticFile.stylesheet.url
        fields["icon"] = StaticFile.icon.url
        guard let html = library.render(fields, withTemplate: name) else {
            preconditionFailure("there is no template \(name)")
        }
        return html
    }

    private static let library: MustacheLibrary = {
        MustacheContentTypes.register(HTMLEscaping(), named: HTMLEscaping.name)
        var library = MustacheLibrary()
        for (name, source) in sources {
            // Each template sets the escaping for itself, since swift-mustache goes back to its own in every partial.
            let text = "{{% CONTENT_TYPE: \(HTMLEscaping.name)}}\n" + String(decoding: source, as: UTF8.self)
            do {
                try library.register(text, named: name)
            } catch {
                // The templates are part of the program, and the tests render each of them.
                preconditionFailure("the template \(name) cannot be parsed: \(error)")
            }
        }
        return library
    }()
}

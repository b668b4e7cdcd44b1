/// One thing to say, and where to go from there: errors, and that one is signed out.
public struct NoticePage: Page, Equatable {
    /// The HTTP status that goes with the page.
    public var status: Int
    public var title: String
    /// One or two sentences: what happened, and what one can do.
    public var sentence: String
    public var link: PageLink?

    public init(status: Int, title: String, sentence: String, link: PageLink? = nil) {
        self.status = status
        self.title = title
        self.sentence = sentence
        self.link = link
    }

    public func html() -> String {
        var fields: PageTemplates.Fields = ["title": title, "sentence": sentence]
        fields["status"] = status >= 400 ? "\(status)" : nil
        fields["link"] = link.map { ["href": $0.href, "label": $0.label] }
        return PageTemplates.render("notice", fields)
    }
}

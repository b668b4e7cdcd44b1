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

extension NoticePage {
    private static let home = PageLink(href: "/account", label: "Go to your account")

    /// 400: the form came from elsewhere, came twice, or is too old.
    /// - Parameter returnTo: where the person wanted to go.
    /// - Returns: the page, with a link to a fresh form.
    public static func staleForm(returnTo: String? = nil) -> NoticePage {
        NoticePage(
            status: 400,
            title: "This form is no longer good",
            sentence:
                "It is too old, was sent already, or came from another site. Nothing was done. Please start again.",
            link: .signIn(returnTo: returnTo, label: "Start again")
        )
    }

    /// 403: signed in, but not for this service.
    /// - Parameter service: the service's title; `nil` when it has none.
    /// - Returns: the page.
    public static func forbidden(service: String? = nil) -> NoticePage {
        NoticePage(
            status: 403,
            title: "Not open to your account",
            sentence: "You are signed in, but \(service ?? "this page") is not open to you. "
                + "Ask the administrator of this server if it should be.",
            link: home
        )
    }

    /// 404.
    public static let notFound = NoticePage(
        status: 404,
        title: "Nothing here",
        sentence: "There is no page at this address.",
        link: home
    )

    /// 429 or 503: too many sign-ins at once.
    /// - Parameter seconds: after how many it is worth trying again.
    /// - Returns: the page.
    public static func busy(retryAfter seconds: Int) -> NoticePage {
        NoticePage(
            status: 503,
            title: "Too busy right now",
            sentence: "Many people are signing in. Please try again in \(TimeText.length(seconds: max(1, seconds))).",
            link: PageLink(href: "/login", label: "Try again")
        )
    }

    /// 503: passwords cannot be checked at the moment.
    public static let unavailable = NoticePage(
        status: 503,
        title: "Sign-in is not available",
        sentence:
            "The server cannot check passwords at the moment. It is not your fault; please try again in a minute.",
        link: PageLink(href: "/login", label: "Try again")
    )

    /// 500.
    public static let internalError = NoticePage(
        status: 500,
        title: "Something went wrong",
        sentence: "The server could not do this. Its log says why; tell the administrator if it happens again.",
        link: home
    )

    /// 502: a service behind the bridge does not answer.
    /// - Parameter service: the service's title.
    /// - Returns: the page.
    public static func away(service: String) -> NoticePage {
        NoticePage(
            status: 502,
            title: "\(service) is away",
            sentence: "The service does not answer at the moment; it may be starting. Please try again in a minute.",
            link: home
        )
    }
}

/// After `POST /logout`.
public struct SignedOutPage: Page, Equatable {
    /// The sign-in page.
    public var link: PageLink

    public init(link: PageLink = .signIn(returnTo: nil, label: "Sign in again")) { self.link = link }

    public func html() -> String {
        NoticePage(
            status: 200,
            title: "You are signed out",
            sentence:
                "Your session has ended on every service of this server. On a shared computer, close the browser as well.",
            link: link
        ).html()
    }
}

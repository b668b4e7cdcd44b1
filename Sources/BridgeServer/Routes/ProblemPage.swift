import Hummingbird
import Pages

/// An error as a page for the person in front of the browser.
enum ProblemPage {
    @Sendable
    static func make(_ problem: Problem, _ request: Request) -> Response {
        let page = NoticePage(
            status: problem.status.code,
            title: title(of: problem),
            sentence: problem.detail,
            link: link(for: problem, request)
        )
        var response = Response.page(page.html(), status: problem.status)
        for field in problem.headers { response.headers[field.name] = field.value }
        return response
    }

    private static func link(for problem: Problem, _ request: Request) -> PageLink {
        switch problem.kind {
        case .notSignedIn: PageLink.signIn(returnTo: nil, label: "Sign in")
        default: PageLink(href: "/account", label: "Go to your account")
        }
    }

    private static func title(of problem: Problem) -> String {
        switch problem.kind {
        case .notFound, .methodNotAllowed: "Nothing here"
        case .notSignedIn, .refused: "Please sign in"
        case .unavailable: "Not available right now"
        case .internal: "Something went wrong"
        default: "That is not possible"
        }
    }
}

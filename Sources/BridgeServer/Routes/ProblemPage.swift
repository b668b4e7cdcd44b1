import Hummingbird
import Pages

/// An error as a page for the person in front of the browser.
enum ProblemPage {
    static func make(_ problem: Problem, _ request: Request) -> Response {
        let link: (text: String, url: String) =
            problem.status == .unauthorized ? ("Sign in", "/login") : ("Back to your account", "/account")
        let page = NoticePage(
            title: title(of: problem), message: problem.detail, linkText: link.text, linkURL: link.url
        )
        var response = Response.page(page.html(), status: problem.status)
        for field in problem.headers { response.headers[field.name] = field.value }
        return response
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

import HTTPTypes
import Hummingbird
import Identity
import Sessions

/// A request of somebody who is signed in, with their session.
struct SignedInBrowser: Sendable {
    let browser: BrowserRequest
    let session: ActiveSession

    /// - Throws: ``Problem`` of kind `not-signed-in` when no cookie shows a valid session.
    init(_ request: Request, parts: BridgeParts) async throws {
        browser = BrowserRequest(request)
        let cookies = request.headers[values: .cookie]
        guard let session = await parts.tables.session(cookies: cookies, now: .now) else {
            throw Problem(.unauthorized, .notSignedIn, "Please sign in first.")
        }
        self.session = session
    }

    /// Somebody who wants to sign out, which must be possible while the user store is away, or the session would come back with
    /// it. `nil` when no cookie shows a valid session.
    init?(leaving request: Request, parts: BridgeParts) async {
        browser = BrowserRequest(request)
        let cookies = request.headers[values: .cookie]
        guard let session = await parts.tables.knownSession(cookies: cookies, now: .now) else { return nil }
        self.session = session
    }

    /// - Throws: ``Problem`` of kind `forbidden` for anybody but an administrator.
    func requireAdministrator() throws {
        guard session.principal.role == .admin else {
            throw Problem(.forbidden, .forbidden, "Only administrators may do this.")
        }
    }

    /// The token of this very session, as the request showed it; for the store worker, which looks the session up by itself.
    func sessionToken(in request: Request, cookieName: String) -> SessionToken? {
        let scanner = CookieScanner(name: Array(cookieName.utf8))
        var found: SessionToken?
        for header in request.headers[values: .cookie] {
            Array(header.utf8).withUnsafeBytes { bytes in
                scanner.forEachValue(in: bytes) { value in
                    if let token = SessionToken(cookieValue: value), token.digest == session.digest { found = token }
                }
            }
        }
        return found
    }

    /// The token that this browser's forms and scripts must send with a state change.
    func csrfToken(_ key: ServerKey) -> String {
        CSRFToken.make(form: Self.form, binding: .session(session.id), key: key)
    }

    /// Proves that a state change comes from a page of ours.
    /// - Throws: ``Problem`` of kind `cross-site-request`.
    func requireOwnForm(token: String?, _ key: ServerKey) throws {
        guard browser.isSameOriginForm, let token,
            CSRFToken.isValid(token, form: Self.form, binding: .session(session.id), key: key)
        else { throw Problem(.forbidden, .crossSite, SignInSentence.crossSite) }
    }

    /// All forms of a signed-in browser share a token: what one of our pages may do, every one may.
    private static let form = "account"
}

import BridgeConfiguration
import HTTPTypes
import Hummingbird
import Sessions

/// The two cookies of the bridge, as `Set-Cookie` lines (RFC 6265bis §4.1).
///
/// Over TLS both bear the `__Host-` prefix, so that no other host and no plain connection can plant one.
struct BridgeCookies: Sendable {
    /// The name of the session's cookie.
    let sessionName: String
    /// The name of the cookie that ties the sign-in form to a browser before it has a session.
    let signInName: String
    private let secure: Bool

    init(_ configuration: Configuration.Session) {
        sessionName = configuration.cookieName
        signInName = "\(configuration.cookieName)-login"
        secure = configuration.secure
    }

    func setSession(_ token: SessionToken) -> String { line(sessionName, token.cookieValue) }

    /// No `Max-Age`: the cookie goes with the browser, and the bridge ends the session in time anyway.
    func setSignIn(_ value: String) -> String { line(signInName, value) }

    func clearSession() -> String { line(sessionName, "") + "; Max-Age=0" }

    func clearSignIn() -> String { line(signInName, "") + "; Max-Age=0" }

    /// The sign-in cookie of a request, if it is one that the bridge could have made.
    func signInValue(in request: Request) -> String? {
        let scanner = CookieScanner(name: Array(signInName.utf8))
        var values: [SessionToken] = []
        for header in request.headers[values: .cookie] {
            Array(header.utf8).withUnsafeBytes { bytes in
                scanner.forEachValue(in: bytes) { value in
                    if let token = SessionToken(cookieValue: value) { values.append(token) }
                }
            }
        }
        return values.count == 1 ? values[0].cookieValue : nil
    }

    private func line(_ name: String, _ value: String) -> String {
        "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "")
    }
}

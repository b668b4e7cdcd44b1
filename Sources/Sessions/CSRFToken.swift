/// The proof that a form was made by the bridge for this browser: without it a state change is refused (attack F43,
/// V23).
///
/// Derived, never stored: an HMAC of the server's key over what the browser is bound to and what the form does.
public enum CSRFToken {
    /// What a form belongs to.
    public enum Binding: Sendable, Equatable {
        /// A signed-in browser.
        case session(SessionID)
        /// A browser that shows a random cookie from before the sign-in.
        case beforeSignIn(cookie: String)

        fileprivate var fields: [String] {
            switch self {
            case .session(let id): ["session", id.rawValue]
            case .beforeSignIn(let cookie): ["before-sign-in", cookie]
            }
        }
    }

    /// A token of 43 characters of base64url for a form, named after what it does, such as `login` or `logout`.
    public static func make(form: String, binding: Binding, key: ServerKey) -> String {
        Base64URL.encode(key.authenticationCode(for: fields(form, binding)))
    }

    /// Checks in constant time what came back with a form.
    public static func isValid(_ token: String, form: String, binding: Binding, key: ServerKey) -> Bool {
        guard token.utf8.count == SessionToken.cookieLength, let code = Base64URL.decode(token) else { return false }
        return key.isAuthenticationCode(code, for: fields(form, binding))
    }

    private static func fields(_ form: String, _ binding: Binding) -> [String] { ["csrf", form] + binding.fields }
}

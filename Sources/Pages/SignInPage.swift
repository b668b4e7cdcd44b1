/// `GET /login`: the form for name and password. It posts `username`, `password`, `rd` and `csrf` to `/login`.
public struct SignInPage: Page, Equatable {
    /// Where the person wanted to go; already judged by the caller, empty when nowhere.
    public var returnTo: String
    /// The token that `POST /login` must bring back.
    public var csrf: String
    /// What was typed as the name last time, so that nobody types it twice.
    public var username: String
    /// Why the last attempt failed, as a sentence.
    public var error: String?
    /// Something else to say first, such as that the session has ended.
    public var notice: String?

    public init(returnTo: String, csrf: String, username: String = "", error: String? = nil, notice: String? = nil) {
        self.returnTo = returnTo
        self.csrf = csrf
        self.username = username
        self.error = error
        self.notice = notice
    }

    public func html() -> String {
        var fields: PageTemplates.Fields = ["rd": returnTo, "csrf": csrf]
        fields["username"] = username.isEmpty ? nil : username
        fields["error"] = error
        fields["notice"] = notice
        return PageTemplates.render("sign-in", fields)
    }
}

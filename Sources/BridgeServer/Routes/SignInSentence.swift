/// What a person is told about an attempt to sign in. One sentence for every reason to refuse.
enum SignInSentence {
    static let refused = "The user name or the password is not right, or this account may not sign in."
    static let unavailable = "Nobody can be signed in right now. Please try again in a moment."
    static let conversationGone = "That took too long, or was answered already. Please sign in again."
    static let noCookie =
        "Your browser did not send our cookie back. Allow cookies for this site; and if its address begins with http://, ask your "
        + "administrator: by default the cookie travels over https only."
    static let notAPerson = "This page can only be opened by a person, in a window of its own."
    static let oldBrowser =
        "Your browser is too old for this page: it does not say whether a person or a script asks. Browsers from 2023 on do."
    static let crossSite = "The form did not come from this site's own page. Please open the page again."
}

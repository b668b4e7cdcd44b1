/// What a person is told about an attempt to sign in. One sentence for every reason to refuse.
enum SignInSentence {
    static let refused = "The user name or the password is not right, or this account may not sign in."
    static let unavailable = "Nobody can be signed in right now. Please try again in a moment."
    static let conversationGone = "That took too long, or was answered already. Please sign in again."
    static let crossSite = "The form did not come from this site's own page. Please open the page again."
}

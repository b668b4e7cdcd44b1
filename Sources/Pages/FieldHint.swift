/// What a browser and a password manager should know of a question that PAM asks; guessed from its prompt, since PAM has only
/// text and whether to echo (pam_conv(3)). A wrong guess costs a suggestion, nothing else.
struct FieldHint: Equatable {
    /// The prompt without the colon and blanks at its end; `Answer` when nothing is left.
    let label: String
    /// A value of the `autocomplete` attribute (HTML Living Standard §4.10.18.7).
    let autocomplete: String
    /// Whether a keyboard with digits does.
    let isNumeric: Bool

    init(prompt: String, isVisible: Bool, purpose: ChallengePage.Purpose) {
        let ends = prompt.reversed().drop { $0.isWhitespace || $0 == ":" }
        let text = String(ends.reversed().drop(while: \.isWhitespace))
        label = text.isEmpty ? "Answer" : text
        let words = text.lowercased()
        let hasAny: ([String]) -> Bool = { $0.contains { words.contains($0) } }
        if hasAny(["code", "one-time", "otp", "token", "passcode", "2fa"]) {
            autocomplete = "one-time-code"
            isNumeric = hasAny(["code", "otp"])
        } else if isVisible {
            autocomplete = "off"
            isNumeric = false
        } else if hasAny(["current", "old"]) {
            autocomplete = "current-password"
            isNumeric = false
        } else if purpose == .newPassword || hasAny(["new ", "retype", "again"]) {
            autocomplete = "new-password"
            isNumeric = false
        } else {
            autocomplete = hasAny(["password"]) ? "current-password" : "off"
            isNumeric = false
        }
    }
}

/// The questions of a PAM conversation after the first password: a code, a new password, or only a message. The form posts
/// `conversation`, `answer` (one for each field, in order) and `csrf` to `/login/answer`.
public struct ChallengePage: Page, Equatable {
    /// What the conversation is about at this step.
    public enum Purpose: Sendable, Equatable {
        /// Proving who one is, for instance with a one-time code.
        case authentication
        /// Replacing a password that has expired.
        case newPassword
    }

    /// Something that PAM says without asking.
    public enum Message: Sendable, Equatable {
        case information(String)
        case error(String)
    }

    /// Something that PAM asks.
    public struct Field: Sendable, Equatable {
        /// PAM's prompt, as it came.
        public var prompt: String
        /// Whether what is typed is shown.
        public var isVisible: Bool

        public init(prompt: String, isVisible: Bool) {
            self.prompt = prompt
            self.isVisible = isVisible
        }
    }

    /// The name that is signing in.
    public var username: String
    /// The id that carries the conversation from step to step.
    public var conversation: String
    public var purpose: Purpose
    public var messages: [Message]
    public var fields: [Field]
    /// Where the person wanted to go; the cancel link keeps it.
    public var returnTo: String
    /// The token that `POST /login/answer` must bring back.
    public var csrf: String
    /// How long the conversation is still open, in seconds.
    public var expiresIn: Int

    public init(
        username: String,
        conversation: String,
        purpose: Purpose,
        messages: [Message] = [],
        fields: [Field],
        returnTo: String,
        csrf: String,
        expiresIn: Int
    ) {
        self.username = username
        self.conversation = conversation
        self.purpose = purpose
        self.messages = messages
        self.fields = fields
        self.returnTo = returnTo
        self.csrf = csrf
        self.expiresIn = expiresIn
    }

    public func html() -> String {
        let isError: (Message) -> Bool = { if case .error = $0 { true } else { false } }
        var values: PageTemplates.Fields = [
            "conversation": conversation, "rd": returnTo, "csrf": csrf, "hasErrors": messages.contains(where: isError),
            "cancel": PageLink.signIn(returnTo: returnTo).href, "expiry": TimeText.length(seconds: expiresIn),
            "messages": messages.map(Self.values), "fields": fields.enumerated().map(values(of:)),
        ]
        values["user"] = username.isEmpty ? nil : username
        switch (purpose, fields.isEmpty) {
        case (.newPassword, _):
            values["heading"] = "Choose a new password"
            values["lead"] = "Your password has expired. Choose a new one to go on."
            values["button"] = fields.isEmpty ? "Continue" : "Change password"
        case (.authentication, false):
            values["heading"] = "One more step"
            values["lead"] = username.isEmpty ? "Your account asks for more." : "Signing in as \(username)."
            values["button"] = "Continue"
        case (.authentication, true):
            values["heading"] = "Before you go on"
            values["lead"] = "The server has a message for you."
            values["button"] = "Continue"
        }
        return PageTemplates.render("challenge", values)
    }

    private static func values(of message: Message) -> PageTemplates.Fields {
        switch message {
        case .information(let text): ["text": text, "isError": false, "role": "status"]
        case .error(let text): ["text": text, "isError": true, "role": "alert"]
        }
    }

    private func values(of entry: (offset: Int, element: Field)) -> PageTemplates.Fields {
        let hint = FieldHint(prompt: entry.element.prompt, isVisible: entry.element.isVisible, purpose: purpose)
        return [
            "id": "answer-\(entry.offset)", "label": hint.label, "type": entry.element.isVisible ? "text" : "password",
            "autocomplete": hint.autocomplete, "isNumeric": hint.isNumeric, "isFirst": entry.offset == 0,
        ]
    }
}

import WorkerFrames

/// One message of a PAM module to the person who signs in (pam_conv(3)).
public struct Question: Hashable, Sendable {
    /// How the message is to be shown.
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// Wants an answer that is not shown while typed (PAM_PROMPT_ECHO_OFF).
        case hidden = 1
        /// Wants an answer that may be shown (PAM_PROMPT_ECHO_ON).
        case visible
        /// Only to be read (PAM_TEXT_INFO).
        case info
        /// Only to be read, something went wrong (PAM_ERROR_MSG).
        case error
    }

    /// The longest text, in bytes of UTF-8; longer ones are cut. Twice PAM_MAX_MSG_SIZE.
    public static let maximumLength = 1024

    public let kind: Kind
    /// Plain text as the module wrote it, without control characters other than line feeds.
    public let text: String

    /// - Parameter text: any text; control characters become spaces, and what is over ``maximumLength`` is cut off.
    public init(kind: Kind, text: String) {
        self.kind = kind
        let printable = text.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control && scalar != "\n" ? " " : scalar
        }
        self.text = String(String.UnicodeScalarView(printable)).cut(toUTF8: Self.maximumLength)
    }

    /// Whether the person has something to type.
    public var wantsAnswer: Bool { kind == .hidden || kind == .visible }
}

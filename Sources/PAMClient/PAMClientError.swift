public import PAMProtocol

/// Why PAM gave no step. None of them says anything about the password.
public enum PAMClientError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Too many sign-ins wait already; another try makes sense after the time, which is whole seconds.
    case queueFull(retryAfter: Duration)
    /// No worker could be had, or it ended without an answer. For the administrator.
    case unavailable(String)
    /// PAM did not come to an end within the step limit, or the person within the conversation limit.
    case timedOut
    /// The password, or a later answer, is empty, too long or holds a NUL: no worker was asked.
    case invalidPassword(SecretError)
    /// The conversation is over: it was answered, cancelled, or had to make room for newer ones.
    case conversationEnded
    /// The number of answers is not the number of prompts that want one.
    case wrongNumberOfAnswers(expected: Int)
    /// The task that asked was cancelled while it waited.
    case cancelled

    public var description: String {
        switch self {
        case .queueFull(let time): "too many sign-ins at once; try again in \(time.components.seconds) s"
        case .unavailable(let reason): reason
        case .timedOut: "PAM or the person took too long"
        case .invalidPassword(.empty): "the password is empty"
        case .invalidPassword(.tooLong(let length)): "the answer has \(length) bytes, PAM takes \(Secret.maximumLength)"
        case .invalidPassword(.containsNUL): "the answer holds a NUL byte"
        case .conversationEnded: "the conversation has ended"
        case .wrongNumberOfAnswers(let expected): "\(expected) answers are wanted"
        case .cancelled: "the request was given up"
        }
    }
}

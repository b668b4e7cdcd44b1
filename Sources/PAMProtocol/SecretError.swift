/// Why a text can be no answer to PAM.
public enum SecretError: Error, Equatable, Sendable {
    /// Only a password is refused for it; an answer to a later question may be empty.
    case empty
    /// Longer than ``Secret/maximumLength``; `length` is in bytes.
    case tooLong(length: Int)
    /// A NUL byte would cut the text short.
    case containsNUL
}

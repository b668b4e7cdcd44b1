public import Identity

/// A name and a password that somebody offers.
public struct SignInAttempt: Sendable {
    /// The name as typed, of any length and content.
    public var typedName: String
    /// The password as typed.
    public var password: String
    /// Where the person sits.
    public var client: ClientAddress
    /// What a continued conversation must show again, so that nobody else can answer its questions: the digest of the
    /// browser's sign-in cookie, or the name of the service that asks on behalf of somebody.
    public var binding: String

    public init(typedName: String, password: String, client: ClientAddress, binding: String) {
        self.typedName = typedName
        self.password = password
        self.client = client
        self.binding = binding
    }
}

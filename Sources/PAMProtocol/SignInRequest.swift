public import Identity

/// What begins a conversation. Which service file PAM reads is not in it: that is said on the worker's own command line, by root, or
/// else whoever takes over `serve` could name a file of their own and have root run it.
public struct SignInRequest: Hashable, Sendable {
    public let user: UserName
    /// Given to the first hidden prompt of the authentication and to no other.
    public let password: Secret
    /// Becomes PAM_RHOST.
    public let client: ClientAddress

    public init(user: UserName, password: Secret, client: ClientAddress) {
        self.user = user
        self.password = password
        self.client = client
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(user)
        hasher.combine(client)
    }
}

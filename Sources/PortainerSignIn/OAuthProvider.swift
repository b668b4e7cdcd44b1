public import Identity

/// The bridge as Portainer's OAuth provider (RFC 6749 §4.1), for tokens that the bridge itself orders.
///
/// No browser takes part: the bridge makes a code for somebody, gives it to Portainer, and Portainer's server comes with it for
/// an access token, and with that for the name. Each of the two is good once, and for a minute.
public actor OAuthProvider<C: Clock> where C.Duration == Duration {
    /// How long a code or an access token is good; Portainer redeems both within milliseconds.
    public static var lifetime: Duration { .seconds(60) }

    private var codes: OneTimeSecrets<C>
    private var accessTokens: OneTimeSecrets<C>

    public init(clock: C) {
        codes = OneTimeSecrets(clock: clock, lifetime: Self.lifetime)
        accessTokens = OneTimeSecrets(clock: clock, lifetime: Self.lifetime)
    }

    /// A new code that stands for `name`.
    public func code(for name: UserName) -> String { codes.issue(for: name) }

    /// The access token for a code, once; `nil` for a code that is unknown, used or too old.
    public func accessToken(for code: String) -> String? {
        codes.redeem(code).map { accessTokens.issue(for: $0) }
    }

    /// The person behind an access token, once; `nil` for one that is unknown, used or too old.
    public func name(for accessToken: String) -> UserName? { accessTokens.redeem(accessToken) }

    /// Makes a code worthless that nobody will redeem any more.
    public func withdraw(_ code: String) { _ = codes.redeem(code) }
}

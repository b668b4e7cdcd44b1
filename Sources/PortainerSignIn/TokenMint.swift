/// Where tokens come from.
public protocol TokenMint: Sendable {
    /// Has a code turned into a token.
    /// - Returns: the token as text, not looked at yet.
    func mint(code: String) async throws(MintFailure) -> String
}

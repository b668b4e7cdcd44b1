public import JupyterHubClient

/// What a run asks of JupyterHub.
public protocol HubDirectory: Sendable {
    /// Everybody whom the hub knows.
    func users() async throws(HubError) -> [HubUser]

    /// One person; `nil` when the hub does not know the name.
    func user(_ name: String) async throws(HubError) -> HubUser?

    /// Lets the hub ask the bridge about each name.
    func settle(_ names: [String], progress: @Sendable (Int) -> Void) async throws(HubError) -> [HubStanding]

    /// How many tokens people hold, of those who hold some.
    func tokens(of names: [String]) async throws(HubError) -> [String: Int]

    /// Ends all servers of people.
    /// - Returns: what went wrong, by name.
    func stopServers(of users: [String]) async -> [String: HubError]
}

extension JupyterHubClient: HubDirectory {}

import Foundation

extension JupyterHubClient {
    /// What one call may name; the hub takes ten times as many, but does nothing else meanwhile.
    private static let batchSize = 100

    /// Brings people in the hub in line with the bridge. The hub asks the bridge about each name: whom it lets in is added
    /// when missing, and has the bridge's admin flag and groups; whom it does not let in (disabled, locked, unknown) loses
    /// every token, all groups and the admin role, and is not added. Servers go on: see ``stopServers(of:)``.
    ///
    /// The values are the bridge's and not the caller's since only a full administrator may set the admin flag by
    /// JupyterHub's own API, and a token for that could do everything.
    /// - Parameters:
    ///   - names: sent in batches of 100. Settling somebody who is settled changes nothing.
    ///   - progress: told the number of names done so far.
    /// - Returns: one standing a name, in the order of `names`. Look at ``HubStanding/problem``, and compare with what the
    ///   store says: the bridge may be a moment (a second at most) behind a store that was just changed.
    /// - Throws: at the first batch that failed as a whole; those before it are done.
    public func settle(
        _ names: [String],
        progress: @Sendable (Int) -> Void = { _ in }
    ) async throws(HubError) -> [HubStanding] {
        var standings: [HubStanding] = []
        while standings.count < names.count {
            let batch = Array(names[standings.count...].prefix(Self.batchSize))
            standings += try await settleTogether(batch)
            progress(standings.count)
        }
        return standings
    }

    private func settleTogether(_ names: [String]) async throws(HubError) -> [HubStanding] {
        let body: Data
        do {
            body = try JSONEncoder().encode(["usernames": names])
        } catch {
            throw .garbled(call: "POST /diycloud/settle", reason: "\(error)")
        }
        let answer = try await ask(HubCall(method: .POST, path: ["diycloud", "settle"], body: Array(body)))
        if answer.status == 404 { throw .notOurs(address: configuration.api) }
        guard answer.status == 200 else { throw unexpected(answer) }
        let standings = try decode(SettlementDocument.self, answer).users.map(\.standing)
        guard standings.map(\.name) == names else {
            throw .garbled(call: answer.call, reason: "it is about other people than those asked for")
        }
        return standings
    }
}

import Foundation

extension JupyterHubClient {
    /// What one call may name; the hub takes ten times as many, but does nothing else meanwhile.
    private static let batchSize = 100
    /// Counting asks nobody else; the hub takes so many names in one call.
    private static let lookSize = 1000

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

    /// How many tokens, of browsers and of programs, people hold. The hub's list of people does not say it, and a token works
    /// whatever groups its owner is in. Changes nothing.
    /// - Returns: an entry for everybody who holds some.
    public func tokens(of names: [String]) async throws(HubError) -> [String: Int] {
        var counts: [String: Int] = [:]
        var rest = names[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(Self.lookSize))
            rest = rest.dropFirst(batch.count)
            let answer = try await askSettling(Settling(usernames: batch, look: true))
            counts.merge(try decode(TokenCountDocument.self, answer).tokens) { first, _ in first }
        }
        return counts
    }

    /// What the hub is asked.
    private struct Settling: Encodable {
        let usernames: [String]
        var look: Bool?
    }

    private func askSettling(_ question: Settling) async throws(HubError) -> HubAnswer {
        let body: Data
        do {
            body = try JSONEncoder().encode(question)
        } catch {
            throw .garbled(call: "POST /diycloud/settle", reason: "\(error)")
        }
        let answer = try await ask(HubCall(method: .POST, path: ["diycloud", "settle"], body: Array(body)))
        if answer.status == 404 { throw .notOurs(address: configuration.api) }
        guard answer.status == 200 else { throw unexpected(answer) }
        return answer
    }

    private func settleTogether(_ names: [String]) async throws(HubError) -> [HubStanding] {
        let answer = try await askSettling(Settling(usernames: names))
        let standings = try decode(SettlementDocument.self, answer).users.map(\.standing)
        guard standings.map(\.name) == names else {
            throw .garbled(call: answer.call, reason: "it is about other people than those asked for")
        }
        return standings
    }
}

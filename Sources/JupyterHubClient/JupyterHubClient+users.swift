extension JupyterHubClient {
    /// The most that JupyterHub gives in one page (`api_page_max_limit`).
    private static let pageSize = 200
    /// How often a list that shrinks while it is read is begun anew.
    private static let attempts = 5

    /// Everybody whom the hub knows, with the servers that run, in the order in which the hub came to know them.
    ///
    /// Who is added or removed meanwhile may or may not be in it; everybody else is.
    public func users() async throws(HubError) -> [HubUser] {
        for _ in 0..<Self.attempts {
            if let users = try await usersInOnePass() { return users }
        }
        throw .garbled(call: "GET /users", reason: "people are removed faster than the list can be read")
    }

    /// - Returns: `nil` when somebody was removed meanwhile: all after them moved up, maybe past the edge of a page.
    private func usersInOnePass() async throws(HubError) -> [HubUser]? {
        var users: [HubUser] = []
        var offset = 0
        while true {
            let answer = try await ask(
                HubCall(
                    path: ["users"],
                    query: [("offset", offset), ("limit", Self.pageSize)],
                    accept: "application/jupyterhub-pagination+json"
                )
            )
            guard answer.status == 200 else { throw unexpected(answer) }
            let page = try decode(UserPage.self, answer)
            var found: [HubUser] = []
            for document in page.items { found.append(try await complete(document, answer)) }
            // Sorted by id, new people come last. Each page begins with the last of the page before: were they not there,
            // somebody before them would have been removed.
            if let last = users.last {
                guard found.first?.name == last.name else { return nil }
                found.removeFirst()
            }
            users += found
            guard let next = page.pagination.next?.offset else { return users }
            guard next - 1 > offset else {
                throw .garbled(call: answer.call, reason: "its pages are too small (api_page_max_limit)")
            }
            offset = next - 1
        }
    }
}

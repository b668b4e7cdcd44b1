extension JupyterHubClient {
    /// The most that JupyterHub gives in one page (`api_page_max_limit`).
    private static let pageSize = 200
    /// How often people may be removed under a list that is being read before it is given up.
    private static let stepsBack = 100

    /// Everybody whom the hub knows, with the servers that run, in the order in which the hub came to know them.
    ///
    /// Who is added or removed meanwhile may or may not be in it; everybody else is.
    public func users() async throws(HubError) -> [HubUser] {
        var users: [HubUser] = []
        var names: Set<String> = []
        var offset = 0
        var stepsBack = 0
        while true {
            let (found, next) = try await page(at: offset)
            // Sorted by id, so that new people come last. Each page begins with the last of the page before: when that one
            // is not there, somebody was removed, and all after them moved up, maybe past the edge between the pages.
            if offset > 0, found.first.map({ !names.contains($0.name) }) ?? true {
                stepsBack += 1
                guard stepsBack <= Self.stepsBack else {
                    throw .garbled(call: "GET /users", reason: "people are removed faster than the list can be read")
                }
                offset = max(0, offset - Self.pageSize + 1)
                continue
            }
            users += found.filter { names.insert($0.name).inserted }
            guard let next else { return users }
            guard next - 1 > offset else {
                throw .garbled(call: "GET /users", reason: "its pages are too small (api_page_max_limit)")
            }
            offset = next - 1
        }
    }

    private func page(at offset: Int) async throws(HubError) -> (users: [HubUser], next: Int?) {
        let answer = try await ask(
            HubCall(
                path: ["users"],
                query: [("offset", offset), ("limit", Self.pageSize)],
                accept: "application/jupyterhub-pagination+json"
            )
        )
        guard answer.status == 200 else { throw unexpected(answer) }
        let page = try decode(UserPage.self, answer)
        var users: [HubUser] = []
        for document in page.items { users.append(try await complete(document, answer)) }
        return (users, page.pagination.next?.offset)
    }
}

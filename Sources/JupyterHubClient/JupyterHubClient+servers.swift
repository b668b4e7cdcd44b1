extension JupyterHubClient {
    /// Stops a server, or breaks off one that is starting, and waits until the hub has let go of it.
    ///
    /// JupyterHub answers 202 when stopping takes longer than 10 s, and 500 when a start cannot be broken off at once, so what
    /// counts is whether the server is still there.
    /// - Parameters:
    ///   - server: its name; empty for the default one. One that does not run is fine.
    ///   - user: its owner.
    /// - Throws: ``HubError/stillRunning(user:server:seconds:)`` after the stop limit, or what the hub complained of last.
    public func stopServer(_ server: String, of user: String) async throws(HubError) {
        let path = ["users", user] + (server.isEmpty ? ["server"] : ["servers", server])
        let end = ContinuousClock.now + configuration.stopLimit
        var pause = Duration.milliseconds(100)
        var complaint: HubError?
        while true {
            guard let found = try await self.user(user)?.servers.first(where: { $0.name == server }) else { return }
            if ContinuousClock.now >= end {
                let seconds = Int(configuration.stopLimit.components.seconds)
                throw complaint ?? .stillRunning(user: user, server: server, seconds: seconds)
            }
            if found.pending != .stop {
                let answer = try await ask(HubCall(method: .DELETE, path: path))
                complaint = [202, 204, 404].contains(answer.status) ? nil : unexpected(answer)
                // It is gone already when the hub could stop it at once: look without a pause.
                if answer.status == 204, pause == .milliseconds(100) {
                    pause *= 2
                    continue
                }
            }
            do { try await Task.sleep(for: pause) } catch {
                throw .stillRunning(user: user, server: server, seconds: 0)
            }
            pause = min(pause * 2, .seconds(1))
        }
    }

    /// Stops all servers of people, up to eight people at once.
    /// - Returns: what went wrong, by name; nobody who is not in it has a server any more.
    public func stopServers(of users: [String]) async -> [String: HubError] {
        await withTaskGroup(of: (String, HubError?).self) { group in
            var waiting = Set(users).sorted()[...]
            var problems: [String: HubError] = [:]
            for _ in 0..<Self.callsAtOnce {
                guard let name = waiting.popFirst() else { break }
                group.addTask { (name, await stopAll(of: name)) }
            }
            while let (name, problem) = await group.next() {
                problems[name] = problem
                if let name = waiting.popFirst() { group.addTask { (name, await stopAll(of: name)) } }
            }
            return problems
        }
    }

    private func stopAll(of name: String) async -> HubError? {
        do throws(HubError) {
            for server in try await user(name)?.servers ?? [] { try await stopServer(server.name, of: name) }
            return nil
        } catch {
            return error
        }
    }
}

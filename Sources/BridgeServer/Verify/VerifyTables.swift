import Identity
package import NIOCore
package import Sessions

/// The ``VerifyTable`` of each event loop, kept alike.
package final class VerifyTables: SessionObserver {
    private let tables: [ObjectIdentifier: NIOLoopBound<VerifyTable>]
    private let loops: [any EventLoop]

    /// - Parameters:
    ///   - group: the event loops that connections are served on.
    ///   - cookieName: the name of the session cookie.
    package static func make(
        on group: any EventLoopGroup,
        rules: ServiceRules,
        cookieName: String,
        gate: VerifyGate
    ) async throws -> VerifyTables {
        var tables: [ObjectIdentifier: NIOLoopBound<VerifyTable>] = [:]
        var loops: [any EventLoop] = []
        for loop in group.makeIterator() {
            loops.append(loop)
            tables[ObjectIdentifier(loop)] = try await loop.submit {
                NIOLoopBound(VerifyTable(rules: rules, cookieName: cookieName, gate: gate), eventLoop: loop)
            }.get()
        }
        return VerifyTables(tables: tables, loops: loops)
    }

    private init(tables: [ObjectIdentifier: NIOLoopBound<VerifyTable>], loops: [any EventLoop]) {
        self.tables = tables
        self.loops = loops
    }

    /// The table of `loop`; must be called on it. `nil` for a loop of another group.
    func table(on loop: any EventLoop) -> VerifyTable? { tables[ObjectIdentifier(loop)]?.value }

    /// The session of a request with these `Cookie` header values, if it has a valid one.
    func session(cookies: [String], now: Int64) async -> ActiveSession? {
        guard let loop = loops.first, let table = tables[ObjectIdentifier(loop)] else { return nil }
        return try? await loop.submit { table.value.session(cookies: cookies, now: now) }.get()
    }

    /// ``VerifyTable/knownSession(cookies:now:)``.
    func knownSession(cookies: [String], now: Int64) async -> ActiveSession? {
        guard let loop = loops.first, let table = tables[ObjectIdentifier(loop)] else { return nil }
        return try? await loop.submit { table.value.knownSession(cookies: cookies, now: now) }.get()
    }

    /// What ``judge(cookies:service:now:)`` finds.
    enum Judgement: Sendable {
        case allowed(Principal)
        case refused
        case unauthenticated
    }

    /// Judges a request that came through the complete HTTP stack.
    func judge(cookies: [String], service: String?, now: Int64) async -> Judgement {
        guard let loop = loops.first, let table = tables[ObjectIdentifier(loop)] else { return .refused }
        let judgement = try? await loop.submit { table.value.judge(cookies: cookies, service: service, now: now) }.get()
        return judgement ?? .refused
    }

    /// Makes the session known everywhere; when this returns, every event loop lets it in.
    package func sessionOpened(_ session: ActiveSession) async {
        await onEveryLoop { $0.insert(session) }
    }

    package func sessionEnded(_ session: ActiveSession, reason: SessionEndReason) async {
        await onEveryLoop { $0.remove(session) }
    }

    /// Puts changed rules in force.
    package func replaceRules(_ rules: ServiceRules) async {
        await onEveryLoop { $0.replaceRules(rules) }
    }

    /// The verdicts so far, over all event loops.
    package func counts() async -> VerifyCounts {
        var sum = VerifyCounts()
        for loop in loops {
            guard let table = tables[ObjectIdentifier(loop)] else { continue }
            let counts = try? await loop.submit { table.value.counts }.get()
            sum = sum + (counts ?? VerifyCounts())
        }
        return sum
    }

    private func onEveryLoop(_ change: @escaping @Sendable (VerifyTable) -> Void) async {
        for loop in loops {
            guard let table = tables[ObjectIdentifier(loop)] else { continue }
            // A loop that refuses work is shutting down and serves nobody any more.
            try? await loop.submit { change(table.value) }.get()
        }
    }
}

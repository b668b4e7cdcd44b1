import BridgeConfiguration
import Identity

/// Whether the services behind the bridge run. They are asked only when somebody looks, and then not again for ``Configuration/freshness``;
/// who looks meanwhile shares the answer.
actor ServiceStates {
    /// What the portal shows.
    enum State: String, Sendable {
        case up, starting, down, unknown
    }

    /// A state, and when the bridge first found it so, in seconds since 1970.
    struct Sight: Sendable, Equatable {
        var state: State
        var since: Int64?

        static let unknown = Sight(state: .unknown, since: nil)
    }

    struct Configuration: Sendable {
        var freshness: Duration = .seconds(5)
        /// How long a service that listens and does not answer counts as starting, in seconds; then it is down.
        var startingLimit: Int64 = 120
    }

    private struct Entry {
        var sight = Sight.unknown
        /// Since when it is not well, without a break.
        var unwellSince: Int64?
        var askedAt: ContinuousClock.Instant?
        var question: Task<HealthAnswer, Never>?
    }

    private let probe: any HealthProbe
    private let configuration: Configuration
    private var entries: [String: Entry] = [:]

    init(probe: any HealthProbe = HTTPHealthProbe(), configuration: Configuration = .init()) {
        self.probe = probe
        self.configuration = configuration
    }

    /// The states of services, asked at the same time; takes about as long as the slowest answer, at most about a second.
    /// - Parameter urls: where each service says that it runs.
    func look(at urls: [ServiceName: String]) async -> [ServiceName: Sight] {
        for url in Set(urls.values) { begin(url) }
        var sights: [ServiceName: Sight] = [:]
        for (name, url) in urls {
            await finish(url)
            sights[name] = entries[url]?.sight ?? .unknown
        }
        // What a reload took out of the configuration is forgotten some time.
        if entries.count > urls.count + 64 { entries = entries.filter { $0.value.question != nil } }
        return sights
    }

    private func begin(_ url: String) {
        let entry = entries[url] ?? Entry()
        if entry.question != nil { return }
        if let askedAt = entry.askedAt, ContinuousClock.now - askedAt < configuration.freshness { return }
        entries[url] = entry
        entries[url]?.question = Task { [probe] in await probe.ask(url) }
    }

    private func finish(_ url: String) async {
        guard let question = entries[url]?.question else { return }
        let answer = await question.value
        // Of those who waited together, the first notes it.
        guard var entry = entries[url], entry.question == question else { return }
        entry.question = nil
        entry.askedAt = .now
        let now = Int64.now
        entry.unwellSince = answer == .well ? nil : entry.unwellSince ?? now
        let state = state(answer, unwellFor: entry.unwellSince.map { now - $0 } ?? 0)
        if entry.sight.state != state { entry.sight = Sight(state: state, since: now) }
        entries[url] = entry
    }

    private func state(_ answer: HealthAnswer, unwellFor seconds: Int64) -> State {
        switch answer {
        case .well: .up
        case .busy: seconds < configuration.startingLimit ? .starting : .down
        case .away: .down
        }
    }
}

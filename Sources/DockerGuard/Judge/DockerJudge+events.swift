import DockerEngine
import DockerPolicy
import NIOCore

extension DockerJudge {
    /// Longer lines than this are not events of this engine.
    private static let longestEvent = 1 << 20

    /// The events of what is the caller's, one line after the other.
    func events(for request: GuardRequest) -> ForwardPlan.Answer {
        .lines(limit: Self.longestEvent) { line in
            await self.shows(line, request) ? line : nil
        }
    }

    /// Whether an event may be seen: only what is proven to be the caller's own.
    private func shows(_ line: ByteBuffer, _ request: GuardRequest) async -> Bool {
        guard let value = try? AnswerParser.parse(line.readableBytesView), let event = AnswerFilter.event(value) else {
            return false
        }
        switch event.kind {
        case .container: return await showsContainer(event.id, request)
        case .network:
            // The engine is asked at the first event of a network, so that the last one finds it remembered.
            guard let network = try? await objects.knownNetwork(event.id), request.sight.shows(owner: network.owner)
            else { return false }
        case .volume:
            let name = event.id
            let owner =
                event.action == "create"
                ? try? await objects.refreshedOwner(ofVolume: name) : try? await objects.knownOwner(ofVolume: name)
            guard let owner, request.sight.shows(owner: owner) else { return false }
        case .image: return true
        case .other: return false
        }
        // Who is told that a network or volume is used, and by which container, has to own the container as well.
        guard let container = event.container else { return true }
        return await showsContainer(container, request)
    }

    private func showsContainer(_ id: String, _ request: GuardRequest) async -> Bool {
        guard let facts = try? await objects.container(id: id) else { return false }
        return request.sight.shows(facts)
    }
}

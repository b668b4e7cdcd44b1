import DockerEngine
import DockerPolicy
import NIOCore

extension DockerJudge {
    /// What the caller gets of the engine's answer.
    func answer(for request: GuardRequest) -> ForwardPlan.Answer {
        switch request.call.rule.response {
        case .pass: .stream
        case .hijack: .hijack
        case .filtered: request.caller.seesEverything ? .stream : filtered(request)
        case .lines: request.caller.seesEverything ? .stream : events(for: request)
        }
    }

    /// A list of the caller's containers. The engine is asked for those with the label only; which of them are really
    /// theirs is then looked up.
    func listContainers(_ request: GuardRequest) async throws(DockerRefusal) -> GuardDecision {
        guard !request.caller.seesEverything else { return .forward(request.plan()) }
        var filter = try FilterArgument(request.call["filters"])
        filter.require("label", "\(OwnerLabels.owner)=\(request.caller.name)")
        for name in ["before", "since"] {
            // The engine would tell of containers of others that they exist, and when they were made.
            guard let references = filter.values[name] else { continue }
            var ids: [String] = []
            for reference in references { ids.append(try await container(reference, request.ownSight).id) }
            filter.set(name, ids)
        }
        return .forward(request.plan(query: request.query(with: "filters", filter.text), answer: filtered(request)))
    }

    /// Any answer, but in an error nothing that tells of others' objects.
    var withoutForeignIDs: ForwardPlan.Answer {
        .whole(limit: configuration.largestAnswer) { status, body in
            status >= 400 ? AnswerErrors.withoutForeignIDs(status, body) : (status, body)
        }
    }

    private func filtered(_ request: GuardRequest) -> ForwardPlan.Answer {
        .whole(limit: configuration.largestAnswer) { status, body in
            guard status == 200 else { return AnswerErrors.withoutForeignIDs(status, body) }
            do {
                let value = try AnswerParser.parse(body.readableBytesView)
                return (status, ByteBuffer(bytes: try await self.filtered(value, for: request).serialized()))
            } catch {
                // Nothing that could not be judged is shown.
                self.log.error(
                    "an answer could not be judged",
                    metadata: ["operation": "\(request.operation)", "error": "\(error)"]
                )
                return (502, ByteBuffer(bytes: Self.unjudged.body))
            }
        }
    }

    private static let unjudged = DockerRefusal(
        status: 502,
        message: "The Docker engine's answer was not understood. Tell your administrator.",
        reason: "answer-not-understood"
    )

    private func filtered(_ value: JSONValue, for request: GuardRequest) async throws -> JSONValue {
        switch request.operation {
        case .info: return AnswerFilter.info(value, for: request.caller, counts: try await counts(of: request.caller))
        case .containerList:
            let visible = try await visible(value.array, request)
            return AnswerFilter.containerList(value) { visible.contains($0) }
        case .networkList: return AnswerFilter.networkList(value) { request.sight.shows(owner: $0) }
        case .networkInspect: return AnswerFilter.network(value)
        case .volumeList: return AnswerFilter.volumeList(value) { request.sight.shows(owner: $0) }
        case .diskUsage:
            let visible = try await visible(value.object?["Containers"]?.array, request)
            return AnswerFilter.diskUsage(value, isVisibleContainer: { visible.contains($0) }) {
                request.sight.shows(owner: $0)
            }
        default: throw Self.unjudged
        }
    }

    private func counts(of caller: Caller) async throws -> AnswerFilter.Counts {
        let maintenance = EngineMaintenance(client: engine, objects: objects)
        let own = try await maintenance.containers(of: caller.name.rawValue, cgroupParent: caller.cgroupParent)
        let running = own.count { $0.state == "running" || $0.state == "restarting" }
        let paused = own.count { $0.state == "paused" }
        return AnswerFilter.Counts(running: running, paused: paused, stopped: own.count - running - paused)
    }

    /// Which containers of a list are the caller's. Only those with the label are looked up.
    private func visible(_ list: [JSONValue]?, _ request: GuardRequest) async throws -> Set<String> {
        let name = request.caller.name.rawValue
        let ids = (list ?? []).compactMap { element -> String? in
            guard element.object?["Labels"]?.object?.exactly(OwnerLabels.owner)?.string == name else { return nil }
            return element.object?["Id"]?.string
        }
        return try await objects.visible(ids, to: request.sight)
    }
}

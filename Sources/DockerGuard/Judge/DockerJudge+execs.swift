import DockerEngine
import DockerPolicy
import NIOCore

extension DockerJudge {
    func createExec(
        _ request: GuardRequest,
        _ object: PathObject,
        _ body: JSONObject
    ) async throws(DockerRefusal) -> GuardDecision {
        guard let container = object.container else { throw .noSuchContainer(request.call.reference ?? "") }
        let judged = try ExecCreation(body: body).judged(for: request.caller, bindsHome: container.bindsHost)
        let answer = try await asking { () async throws(EngineError) in
            try await engine.send(
                "POST",
                uri: request.call.uri(reference: container.id),
                body: JSONValue.object(judged).serialized()
            )
        }
        if answer.status == 201, case .object(let made)? = try? JSONParser.parse(answer.body),
            let id = made["Id"]?.string
        {
            await execs.made(id, by: request.caller.name.rawValue)
        }
        return answered(answer)
    }

    func startExec(
        _ request: GuardRequest,
        _ object: PathObject,
        _ body: JSONObject
    ) async throws(DockerRefusal) -> GuardDecision {
        guard let id = object.reference, await execs.wasMade(id, by: request.caller.name.rawValue) else {
            throw .noSuchExec(request.call.reference ?? "")
        }
        let judged = try ExecStart(body: body).judged()
        return .forward(
            request.plan(
                reference: id,
                body: .bytes(judged.buffer),
                contentType: "application/json",
                // Nothing is attached to what runs on its own.
                answer: judged["Detach"]?.bool == true ? .stream : .hijack
            )
        )
    }
}

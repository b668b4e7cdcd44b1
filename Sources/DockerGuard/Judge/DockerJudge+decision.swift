import DockerEngine
import DockerPolicy
import NIOCore

extension DockerJudge {
    /// What becomes of a request of somebody who is judged.
    /// - Parameter body: empty unless the table says that there is one.
    func decision(
        _ request: GuardRequest,
        _ object: PathObject,
        body: JSONObject
    ) async throws(DockerRefusal) -> GuardDecision {
        switch request.operation {
        case .containerCreate: return try await createContainer(request, body)
        case .containerUpdate: return try updateContainer(request, object, body)
        case .containerRename: return renameContainer(request, object)
        case .containerArchiveHead, .containerArchiveGet, .containerArchivePut:
            return try archive(request, object)
        case .execCreate: return try await createExec(request, object, body)
        case .execStart: return try await startExec(request, object, body)
        case .containerPrune, .imagePrune, .networkPrune, .volumePrune: return try await prune(request)
        // The cache is everybody's. `docker system prune` asks for it last, and would fail.
        case .buildPrune: return Self.answer(#"{"CachesDeleted":null,"SpaceReclaimed":0}"#)
        // Portainer's pages and `docker inspect` ask for them; people have none.
        case .plugin: return Self.answer("[]")
        case .imageBuild: return try await build(request)
        case .imagePull: return try await pull(request)
        case .imageTag: return try tag(request, object)
        case .imageRemove: return try await removeImage(request, object)
        case .imageCommit: return try await commit(request, body)
        case .networkCreate: return try await createNetwork(request, body)
        case .networkConnect, .networkDisconnect: return try await joinNetwork(request, object, body)
        case .volumeCreate: return try await createVolume(request, body)
        case .volumeRemove: return try await removeVolume(request, object)
        case .containerList: return try await listContainers(request)
        default: return passed(request, object, body)
        }
    }

    private static func answer(_ json: String) -> GuardDecision {
        .answer(status: 200, headers: [("Content-Type", "application/json")], body: ByteBuffer(string: json))
    }

    /// What needs no more judging than the table and the owner of the object.
    private func passed(
        _ request: GuardRequest,
        _ object: PathObject,
        _ body: JSONObject
    ) -> GuardDecision {
        let answer = answer(for: request)
        switch request.call.rule.body {
        case .none: return .forward(request.plan(reference: object.reference, answer: answer))
        case .json:
            return .forward(
                request.plan(
                    reference: object.reference,
                    body: .bytes(body.buffer),
                    contentType: "application/json",
                    answer: answer
                )
            )
        case .stream(let type):
            return .forward(
                request.plan(reference: object.reference, body: .stream, contentType: type, answer: answer)
            )
        case .tar:
            return .forward(
                request.plan(
                    reference: object.reference,
                    body: .stream,
                    contentType: "application/x-tar",
                    answer: answer
                )
            )
        }
    }

    /// A call that the guard makes itself, while it holds a name or a turn, and whose answer the client gets.
    func answered(_ answer: EngineAnswer) -> GuardDecision {
        let kept: Set = ["content-type", "api-version", "docker-experimental", "ostype", "server"]
        var (status, body) = (answer.status, ByteBuffer(bytes: answer.body))
        if status >= 400 { (status, body) = AnswerErrors.withoutForeignIDs(status, body) }
        return .answer(
            status: status,
            headers: answer.headers.filter { kept.contains($0.name.lowercased()) }.map { ($0.name, $0.value) },
            body: body
        )
    }
}

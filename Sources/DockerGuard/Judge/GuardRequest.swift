import DockerEngine
import DockerPolicy
import NIOCore

/// A request whose path and arguments the table knows, and who makes it.
struct GuardRequest: Sendable {
    let call: MatchedCall
    let caller: Caller
    /// As the client sent them; only ``passedHeaders`` of them go on.
    let headers: [(String, String)]

    var operation: DockerOperation { call.rule.operation }

    /// What the caller sees.
    var sight: Sight { caller.seesEverything ? .everything : ownSight }

    /// What the caller may use: under `docker.administrators: restricted` an administrator sees more than that.
    var ownSight: Sight { .own(name: caller.name.rawValue, cgroupParent: caller.cgroupParent) }

    /// The headers that the engine may see: an allow list, so that no token and no cookie that Portainer sends along goes on.
    var passedHeaders: [(String, String)] {
        var names: Set = ["accept", "user-agent"]
        switch operation {
        case .imagePull, .imagePush, .distribution: names.insert("x-registry-auth")
        case .imageBuild: names.insert("x-registry-config")
        default: if caller.isUnrestricted { names.formUnion(["x-registry-auth", "x-registry-config"]) }
        }
        return headers.filter { names.contains($0.0.lowercased()) }
    }

    /// The request as the engine gets it.
    /// - Parameters:
    ///   - reference: what stands in the path in place of the name or prefix that the client wrote.
    ///   - query: the judged one when nothing is given.
    ///   - contentType: never the client's: the engine merges a form in the body into the query, on every POST.
    func plan(
        reference: String? = nil,
        query: QueryArguments? = nil,
        body: ForwardPlan.Body = .none,
        contentType: String? = nil,
        answer: ForwardPlan.Answer = .stream,
        whenDone: (@Sendable (Int) async -> Void)? = nil
    ) -> ForwardPlan {
        ForwardPlan(
            method: call.rule.method,
            uri: call.uri(reference: reference, query: query),
            headers: passedHeaders + (contentType.map { [("Content-Type", $0)] } ?? []),
            body: body,
            answer: answer,
            whenDone: whenDone
        )
    }

    /// The query with one argument set, or left out.
    func query(with name: String, _ value: String?) -> QueryArguments {
        call.query.filter { $0.name != name } + (value.map { [(name: name, value: $0)] } ?? [])
    }
}

extension JSONObject {
    /// As the body of a request to the engine.
    var buffer: ByteBuffer { ByteBuffer(bytes: JSONValue.object(self).serialized()) }
}

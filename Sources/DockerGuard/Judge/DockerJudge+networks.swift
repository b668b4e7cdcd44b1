import DockerEngine
import DockerPolicy
import NIOCore

extension DockerJudge {
    func createNetwork(_ request: GuardRequest, _ body: JSONObject) async throws(DockerRefusal) -> GuardDecision {
        let asked = try NetworkCreation(body: body)
        let (caller, settings) = (request.caller, settings)
        let judge: @Sendable (String, String) throws(DockerRefusal) -> JSONObject = {
            interface,
            subnet throws(DockerRefusal) in
            try asked.judged(for: caller, settings: settings, bridge: interface, subnet: subnet)
        }
        // Whether it is allowed does not depend on the addresses.
        let allowed = try judge("diy-00000000", "10.0.0.0/24")
        let creation = try await asking { () async throws(EngineError) in
            try await networks.create(named: asked.name, owner: caller.name.rawValue) { interface, subnet in
                (try? judge(interface, subnet.description)) ?? allowed
            }
        }
        switch creation {
        case .answered(let answer): return answered(answer)
        case .nameTaken: throw .nameTaken("network", asked.name)
        case .tooMany(let limit):
            throw .forbidden(
                "You have \(limit) networks, which is as many as one person may have. "
                    + "Remove one that you do not need (docker network rm).",
                reason: "too-many-networks"
            )
        }
    }

    /// Connect and disconnect: the network is in the path, the container in the body; both are the caller's own.
    func joinNetwork(
        _ request: GuardRequest,
        _ object: PathObject,
        _ body: JSONObject
    ) async throws(DockerRefusal) -> GuardDecision {
        let judged: JSONObject
        if request.operation == .networkConnect {
            let connection = try NetworkConnection(body: body)
            let resolved = try await own(connection.references, request.ownSight)
            judged = try connection.judged(
                for: request.caller,
                network: object.reference ?? "",
                resolved: ResolvedReferences(containers: resolved)
            )
        } else {
            let disconnection = try NetworkDisconnection(body: body)
            let resolved = try await own([disconnection.container], request.sight)
            judged = try disconnection.judged(for: request.caller, resolved: ResolvedReferences(containers: resolved))
        }
        return .forward(
            request.plan(
                reference: object.reference,
                body: .bytes(judged.buffer),
                contentType: "application/json",
                answer: withoutForeignIDs
            )
        )
    }
}

import DockerEngine
import DockerPolicy
import Identity
import NIOCore

extension DockerJudge {
    /// Requests of root and of administrators who may do everything: what the table knows, as they made it.
    ///
    /// Administrators own what they make, by label and slice. Root may make containers on somebody's behalf by naming
    /// them in the owner label (JupyterHub's DockerSpawner); these get that person's limits and network.
    func unrestricted(_ request: GuardRequest) async throws(DockerRefusal) -> GuardOpening {
        switch request.operation {
        case .containerCreate:
            return wantsBody(request) { body throws(DockerRefusal) in
                let creation = try ContainerCreation(body: body, name: request.call["name"])
                let judged = try await self.ownedCreation(creation, by: request.caller)
                return .forward(self.bytes(judged.body, request))
            }
        case .networkCreate where request.caller.power == .administrator:
            return wantsBody(request) { body throws(DockerRefusal) in
                let asked = try NetworkCreation(body: body)
                return .forward(
                    self.bytes(
                        try asked.judged(for: request.caller, settings: self.settings, bridge: "", subnet: ""),
                        request
                    )
                )
            }
        case .volumeCreate where request.caller.power == .administrator:
            return wantsBody(request) { body throws(DockerRefusal) in
                .forward(self.bytes(try VolumeCreation(body: body).judged(for: request.caller), request))
            }
        default:
            let type = request.headers.first { $0.0.lowercased() == "content-type" }?.1
            return .decided(
                .forward(
                    request.plan(
                        body: .stream,
                        contentType: type,
                        answer: request.call.rule.response == .hijack ? .hijack : .stream
                    )
                )
            )
        }
    }

    private func ownedCreation(
        _ creation: ContainerCreation,
        by caller: Caller
    ) async throws(DockerRefusal) -> JudgedCreation {
        guard caller.power == .root, let owner = creation.namedOwner else {
            return try creation.judged(for: caller, settings: settings, resolved: ResolvedReferences())
        }
        guard let name = try? UserName(owner), let person = await person(name) else {
            throw .forbidden(
                "\"\(owner)\" is nobody who may have containers: the label \(OwnerLabels.owner) has to name an active person.",
                reason: "owner-not-active"
            )
        }
        // The bridge of the engine is no place for theirs: there everybody's containers reach each other.
        let network = creation.references.usesDefaultNetwork ? try await defaultNetwork(of: person) : nil
        return try creation.limited(to: person, settings: settings, defaultNetwork: network)
    }

    private func bytes(_ body: JSONObject, _ request: GuardRequest) -> ForwardPlan {
        request.plan(body: .bytes(body.buffer), contentType: "application/json")
    }
}

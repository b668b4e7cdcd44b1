import DockerEngine
import DockerPolicy

extension DockerJudge {
    /// Prunes what is the caller's: the label of the owner is added to what the client filters by, and labels all have to fit.
    ///
    /// For images it is the label of what was built here; an image that was pulled has none, and stays. So does what has a name: a label
    /// comes along by FROM, and could be in an image of somebody else.
    func prune(_ request: GuardRequest) async throws(DockerRefusal) -> GuardDecision {
        let name = request.caller.name.rawValue
        var filter = try FilterArgument(request.call["filters"])
        let label = request.operation == .imagePrune ? OwnerLabels.imageOwner : OwnerLabels.owner
        filter.require("label", "\(label)=\(name)")
        if request.operation == .imagePrune { filter.set("dangling", ["true"]) }
        if request.operation == .containerPrune { try await refuseTraps(for: request) }
        return .forward(request.plan(query: request.query(with: "filters", filter.text), answer: withoutForeignIDs))
    }

    /// A container can carry the label without being the caller's: when root runs an image that has it. The engine's prune
    /// would take it along.
    private func refuseTraps(for request: GuardRequest) async throws(DockerRefusal) {
        let name = request.caller.name.rawValue
        let foreign = try await asking { () async throws(EngineError) in
            let ids = try await objects.containers(labelledWith: name)
            return Set(ids).subtracting(try await objects.visible(ids, to: request.ownSight))
        }
        guard foreign.isEmpty else {
            throw DockerRefusal(
                status: 409,
                message: "Your containers cannot be pruned at the moment. Remove them one by one (docker rm), "
                    + "and tell your administrator.",
                reason: "label-on-foreign-container"
            )
        }
    }
}

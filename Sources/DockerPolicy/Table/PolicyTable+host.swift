extension PolicyTable {
    /// What belongs to the host as a whole: administrators only, as it comes.
    static let host: [OperationRule] =
        whole(
            "swarm",
            .swarm,
            [
                "GET /swarm", "POST /swarm/init", "POST /swarm/join", "POST /swarm/leave", "POST /swarm/update",
                "GET /swarm/unlockkey", "POST /swarm/unlock",
            ]
        )
        + whole(
            "nodes",
            .node,
            ["GET /nodes", "GET /nodes/{rest}", "DELETE /nodes/{rest}", "POST /nodes/{rest}/update"]
        )
        + whole(
            "services",
            .service,
            [
                "GET /services", "GET /services/{rest}", "POST /services/create", "POST /services/{rest}/update",
                "DELETE /services/{rest}", "GET /services/{rest}/logs",
            ]
        )
        + whole("tasks", .task, ["GET /tasks", "GET /tasks/{rest}", "GET /tasks/{rest}/logs"])
        + whole(
            "secrets",
            .secret,
            [
                "GET /secrets", "POST /secrets/create", "GET /secrets/{rest}", "DELETE /secrets/{rest}",
                "POST /secrets/{rest}/update",
            ]
        )
        + whole(
            "configs",
            .config,
            [
                "GET /configs", "POST /configs/create", "GET /configs/{rest}", "DELETE /configs/{rest}",
                "POST /configs/{rest}/update",
            ]
        )
        + whole(
            "plugins",
            .plugin,
            [
                "GET /plugins", "GET /plugins/privileges", "GET /plugins/{rest}/json", "DELETE /plugins/{rest}",
                "POST /plugins/pull", "POST /plugins/create", "POST /plugins/{rest}/enable",
                "POST /plugins/{rest}/disable",
                "POST /plugins/{rest}/push", "POST /plugins/{rest}/upgrade", "POST /plugins/{rest}/set",
            ]
        )

    private static func whole(_ title: String, _ operation: DockerOperation, _ calls: [String]) -> [OperationRule] {
        let why =
            "Docker's \(title) belong to the whole host and are for administrators. Use containers, networks and volumes."
        return calls.map { call in
            let words = call.split(separator: " ")
            let isPost = words[0] == "POST"
            return OperationRule(
                String(words[0]),
                String(words[1]),
                operation,
                who: .administrators(why),
                query: nil,
                body: isPost ? .stream(contentType: "application/json") : .none
            )
        }
    }
}

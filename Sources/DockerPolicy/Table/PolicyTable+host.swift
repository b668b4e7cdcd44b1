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
            ["GET /nodes", "GET /nodes/{id}", "DELETE /nodes/{id}", "POST /nodes/{id}/update"]
        )
        + whole(
            "services",
            .service,
            [
                "GET /services", "GET /services/{id}", "POST /services/create", "POST /services/{id}/update",
                "DELETE /services/{id}", "GET /services/{id}/logs",
            ]
        )
        + whole("tasks", .task, ["GET /tasks", "GET /tasks/{id}", "GET /tasks/{id}/logs"])
        + whole(
            "secrets",
            .secret,
            [
                "GET /secrets", "POST /secrets/create", "GET /secrets/{id}", "DELETE /secrets/{id}",
                "POST /secrets/{id}/update",
            ]
        )
        + whole(
            "configs",
            .config,
            [
                "GET /configs", "POST /configs/create", "GET /configs/{id}", "DELETE /configs/{id}",
                "POST /configs/{id}/update",
            ]
        )
        + whole(
            "plugins",
            .plugin,
            [
                "GET /plugins/privileges", "GET /plugins/{rest}/json", "DELETE /plugins/{rest}",
                "POST /plugins/pull", "POST /plugins/create", "POST /plugins/{rest}/enable",
                "POST /plugins/{rest}/disable",
                "POST /plugins/{rest}/push", "POST /plugins/{rest}/upgrade", "POST /plugins/{rest}/set",
            ]
        )

    private static func whole(_ title: String, _ operation: DockerOperation, _ calls: [String]) -> [OperationRule] {
        // `docker inspect NAME` asks for a plugin last, and passes over answers with "not supported" in them (docker/cli,
        // cli/command/system/inspect.go).
        let why =
            "Docker's \(title) are not supported here: they belong to the whole host and are for administrators. "
            + "Use containers, networks and volumes."
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

/// `POST /networks/{id}/connect`: a container of the caller into a network of theirs.
public struct NetworkConnection: Sendable {
    /// The body as it came.
    public let body: JSONObject
    /// The container as the client names it.
    public let container: String
    /// Every container that the body names: ``container`` and the targets of links.
    public let references: Set<String>

    /// - Throws: 400 when no container is named.
    public init(body: JSONObject) throws(DockerRefusal) {
        self.body = body
        guard let container = body["Container"]?.string, !container.isEmpty else {
            throw .malformed("No container is named.")
        }
        self.container = container
        let links = (body["EndpointConfig"]?.object?["Links"]?.array ?? []).compactMap(\.string)
        references = Set(links.map { LinkText($0).reference }).union([container])
    }

    /// The body for the engine, with the container's full id.
    /// - Throws: 404 for a container that is not the caller's; 403 for driver options and IPv6 addresses.
    public func judged(
        for caller: Caller,
        network: String,
        resolved: ResolvedReferences
    ) throws(DockerRefusal) -> JSONObject {
        guard !caller.isUnrestricted else { return body }
        let asked = try FieldTable.connection.screened(body).asked
        var connection: JSONObject = ["Container": .string(try resolved.container(container).id)]
        let endpoint = try ContainerCreation.object(asked["EndpointConfig"], "EndpointConfig")
        var judged = try EndpointRules.judged(endpoint, resolved: resolved)
        // The engine remembers the name alone for a container that does not run, see NetworkPlan.
        judged.set("NetworkID", .string(network))
        connection.set("EndpointConfig", .object(judged))
        return connection
    }
}

/// `POST /networks/{id}/disconnect`.
public struct NetworkDisconnection: Sendable {
    /// The body as it came.
    public let body: JSONObject
    /// The container as the client names it.
    public let container: String

    /// - Throws: 400 when no container is named.
    public init(body: JSONObject) throws(DockerRefusal) {
        self.body = body
        guard let container = body["Container"]?.string, !container.isEmpty else {
            throw .malformed("No container is named.")
        }
        self.container = container
    }

    /// The body for the engine, with the container's full id.
    /// - Throws: 404 for a container that is not the caller's.
    public func judged(for caller: Caller, resolved: ResolvedReferences) throws(DockerRefusal) -> JSONObject {
        guard !caller.isUnrestricted else { return body }
        var disconnection = try FieldTable.disconnection.screened(body).kept
        disconnection.set("Container", .string(try resolved.container(container).id))
        return disconnection
    }
}

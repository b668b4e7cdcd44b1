/// `POST /containers/{id}/exec`: a further process in a container of the caller.
public struct ExecCreation: Sendable {
    /// The body as it came.
    public let body: JSONObject

    public init(body: JSONObject) { self.body = body }

    /// The body for the engine.
    /// - Parameter bindsHome: Whether the container has the person's home bound; then the process runs as the person.
    /// - Throws: 403 for Privileged, and for another user where the home is bound; 400 for what is badly formed.
    public func judged(for caller: Caller, bindsHome: Bool) throws(DockerRefusal) -> JSONObject {
        guard !caller.isUnrestricted else { return body }
        let screened = try FieldTable.exec.screened(body)
        var exec = screened.kept
        if bindsHome {
            exec.set("User", .string(try HomeRules.user(screened.asked["User"], caller: caller)))
        } else if let user = screened.asked["User"] {
            exec.set("User", try FieldShape.text.checked(user, field: "User"))
        }
        return exec
    }
}

/// `POST /exec/{id}/start`.
public struct ExecStart: Sendable {
    /// The body as it came.
    public let body: JSONObject

    public init(body: JSONObject) { self.body = body }

    /// The body for the engine.
    /// - Throws: 403 for a field that is not known; 400 for what is badly formed.
    public func judged() throws(DockerRefusal) -> JSONObject { try FieldTable.execStart.screened(body).kept }
}

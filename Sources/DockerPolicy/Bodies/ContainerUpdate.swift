/// `POST /containers/{id}/update`: new limits for a container of the caller.
public struct ContainerUpdate: Sendable {
    /// The body as it came.
    public let body: JSONObject

    public init(body: JSONObject) { self.body = body }

    /// The body for the engine: what is asked, within the quota. What is not said stays as it is.
    /// - Throws: 403 for a field that is refused; 400 for what is badly formed.
    public func judged(for caller: Caller, settings: GuardSettings) throws(DockerRefusal) -> JSONObject {
        guard !caller.isUnrestricted else { return body }
        let screened = try FieldTable.update.screened(body)
        var changed = screened.kept
        try ContainerLimits(caller: caller, settings: settings).applyChange(asked: screened.asked, to: &changed)
        guard screened.asked["Ulimits"]?.isZero ?? true else {
            throw .forbidden("Ulimits are set when a container is created, not later.", reason: "ulimits")
        }
        guard screened.asked["DeviceRequests"]?.isZero ?? true else {
            throw .forbidden("GPUs are given when a container is created, not later.", reason: "device-requests")
        }
        return changed
    }
}

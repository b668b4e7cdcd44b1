public import Identity

/// `POST /volumes/create`.
public struct VolumeCreation: Sendable {
    /// The body as it came.
    public let body: JSONObject

    public init(body: JSONObject) { self.body = body }

    /// The name asked for; nil when the engine is to choose one.
    public var name: String? {
        guard let name = body["Name"]?.string, !name.isEmpty else { return nil }
        return name
    }

    /// The body for the engine, with the owner label.
    /// - Throws: 403 for a driver or options; 400 for a bad name.
    public func judged(for caller: Caller) throws(DockerRefusal) -> JSONObject {
        guard caller.power != .root else { return body }
        let labels = try OwnerLabels.forObject(body["Labels"], owner: caller.name)
        guard caller.power != .administrator else {
            var owned = body
            owned.set("Labels", .object(labels))
            return owned
        }
        let screened = try FieldTable.volume.screened(body)
        var volume = screened.kept
        if let name = screened.asked["Name"], !name.isZero {
            let text = try FieldShape.text.checked(name, field: "Name").string ?? ""
            volume.set("Name", .string(try ObjectName.checked(text, kind: "volume")))
        }
        volume.set("Labels", .object(labels))
        return volume
    }

    /// The body that makes a named volume of a person, for a container that mounts it.
    public static func claim(name: String, owner: UserName) -> JSONObject {
        let labels: JSONObject = [
            OwnerLabels.owner: .string(owner.rawValue), OwnerLabels.portainerUsers: .string(owner.rawValue),
        ]
        return ["Name": .string(name), "Driver": "local", "Labels": .object(labels)]
    }

    static let noOptions =
        "Volumes with driver options can mount anything of the host, so they are not allowed here. "
        + "Use a plain volume: docker volume create NAME."
}

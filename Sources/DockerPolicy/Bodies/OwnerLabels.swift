import Identity

/// The labels by which this server and Portainer know whose an object is. Always written by us, never taken from a client.
public enum OwnerLabels {
    /// Owner of a container, network or volume.
    public static let owner = "org.diycloud.owner"
    /// Owner of an image; another key, because containers inherit the labels of their image.
    public static let imageOwner = "org.diycloud.image-owner"
    /// Read by Portainer when it has no record of an object's owner.
    public static let portainerUsers = "io.portainer.accesscontrol.users"
    /// Default of `Memory`, in Docker's size syntax (`512m`).
    public static let memory = "org.diycloud.memory"
    /// Default of `NanoCpus`, in cores (`1.5`).
    public static let cpus = "org.diycloud.cpus"

    static let ownPrefix = "org.diycloud."
    static let portainerPrefix = "io.portainer.accesscontrol."

    /// A client's labels without those that speak of ownership, with ours.
    static func forObject(_ value: JSONValue?, owner name: UserName) throws(DockerRefusal) -> JSONObject {
        try owned(value, by: name, keeping: [])
    }

    /// As ``forObject(_:owner:)``; the labels with limits stay, so that a recreated container keeps them.
    static func forContainer(_ value: JSONValue?, owner name: UserName) throws(DockerRefusal) -> JSONObject {
        try owned(value, by: name, keeping: [memory, cpus])
    }

    /// A client's labels of an image, with ours.
    static func forImage(_ value: JSONValue?, owner name: UserName) throws(DockerRefusal) -> JSONObject {
        var labels = try withoutOurs(value, keeping: [memory, cpus])
        labels.set(imageOwner, .string(name.rawValue))
        return labels
    }

    static func withoutOurs(_ value: JSONValue?, keeping kept: [String]) throws(DockerRefusal) -> JSONObject {
        let given = try ContainerCreation.object(value, "Labels")
        var labels = JSONObject()
        for member in given.members {
            guard member.value.string != nil else { throw .malformed("The label \"\(member.key)\" must be a text.") }
            let folded = member.key.lowercased()
            let isOurs = folded.hasPrefix(ownPrefix) || folded.hasPrefix(portainerPrefix)
            guard !isOurs || kept.contains(member.key) else { continue }
            labels.set(member.key, member.value)
        }
        return labels
    }

    private static func owned(
        _ value: JSONValue?,
        by name: UserName,
        keeping kept: [String]
    ) throws(DockerRefusal) -> JSONObject {
        var labels = try withoutOurs(value, keeping: kept)
        labels.set(owner, .string(name.rawValue))
        labels.set(portainerUsers, .string(name.rawValue))
        return labels
    }
}

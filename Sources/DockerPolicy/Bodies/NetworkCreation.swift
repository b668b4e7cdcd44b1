/// `POST /networks/create`: bridge networks of one person, with an interface name and a subnet that this server gives.
public struct NetworkCreation: Sendable {
    /// The body as it came.
    public let body: JSONObject
    /// The name asked for.
    public let name: String

    /// - Throws: 400 for a name that is none; 409 for one that the engine or this server keeps for itself.
    public init(body: JSONObject) throws(DockerRefusal) {
        self.body = body
        name = try ObjectName.checked(body["Name"]?.string ?? "", kind: "network")
        let isKept = ["host", "none", "bridge", "default", "ingress", "nat"].contains(name)
        guard !isKept, !name.lowercased().hasPrefix("diycloud-") else { throw .nameTaken("network", name) }
    }

    /// The body for the engine.
    /// - Parameters:
    ///   - bridge: Name of the interface, at most 15 bytes (`diy-` and 8 hex digits).
    ///   - subnet: In CIDR form, out of the pool.
    /// - Throws: 403 for another driver, own addresses, IPv6, or an option that reaches out of the network.
    public func judged(
        for caller: Caller,
        settings: GuardSettings,
        bridge: String,
        subnet: String
    ) throws(DockerRefusal) -> JSONObject {
        guard caller.power != .root else { return body }
        let labels = try OwnerLabels.forObject(body["Labels"], owner: caller.name)
        guard caller.power != .administrator else {
            var owned = body
            owned.set("Labels", .object(labels))
            return owned
        }
        let screened = try FieldTable.network.screened(body)
        let driver = try FieldShape.text.checked(screened.asked["Driver"] ?? "", field: "Driver").string ?? ""
        guard driver.isEmpty || driver == "bridge" else {
            throw .forbidden(
                "Networks here are of the driver bridge; \"\(driver)\" would reach the host's own network.",
                reason: "network-driver"
            )
        }
        if let isVersion4 = screened.asked["EnableIPv4"], isVersion4 != true {
            throw .forbidden("Networks here have IPv4 addresses.", reason: "enable-ipv4")
        }
        _ = try FieldTable.ipam.screened(try ContainerCreation.object(screened.asked["IPAM"], "IPAM"))
        var options = try Self.options(screened.asked["Options"])
        var network = Self.plain(name: name, bridge: bridge, subnet: subnet, settings: settings)
        for member in network["Options"]?.object?.members ?? [] { options.set(member.key, member.value) }
        for member in screened.kept.members where member.key != "Scope" { network.set(member.key, member.value) }
        network.set("Options", .object(options))
        network.set("Labels", .object(labels))
        return network
    }

    /// The body of a person's default network.
    /// - Parameter name: `diycloud-<name>`.
    public static func personal(
        for caller: Caller,
        name: String,
        settings: GuardSettings,
        bridge: String,
        subnet: String
    ) -> JSONObject {
        var network = plain(name: name, bridge: bridge, subnet: subnet, settings: settings)
        let owner = JSONValue.string(caller.name.rawValue)
        network.set("Labels", .object([OwnerLabels.owner: owner, OwnerLabels.portainerUsers: owner]))
        return network
    }

    /// A bridge on which ports without an address land on the first allowed one.
    private static func plain(name: String, bridge: String, subnet: String, settings: GuardSettings) -> JSONObject {
        var options: JSONObject = ["com.docker.network.bridge.name": .string(bridge)]
        if let address = settings.publishedAddresses.first(where: { HostAddress($0)?.isIPv4 ?? false }) {
            options.set("com.docker.network.bridge.host_binding_ipv4", .string(address))
        }
        return [
            "Name": .string(name),
            "CheckDuplicate": true,
            "Driver": "bridge",
            "IPAM": .object(["Driver": "default", "Config": [.object(["Subnet": .string(subnet)])]]),
            "Options": .object(options),
        ]
    }

    private static func options(_ value: JSONValue?) throws(DockerRefusal) -> JSONObject {
        var result = JSONObject()
        for member in try ContainerCreation.object(value, "Options").members {
            let text = member.value.string ?? ""
            switch member.key {
            case "com.docker.network.driver.mtu" where (68...65535).contains(Int(text) ?? 0),
                "com.docker.network.bridge.enable_icc" where text == "true" || text == "false":
                result.set(member.key, .string(text))
            default:
                throw .forbidden(
                    "The network option \"\(member.key)\" is not allowed here; "
                        + "com.docker.network.driver.mtu and com.docker.network.bridge.enable_icc are.",
                    reason: "network-option"
                )
            }
        }
        return result
    }
}

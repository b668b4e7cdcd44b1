// Networks and the ends of containers in them. See ContainerFields.swift for how to read a table.

extension FieldTable {
    static let networkingConfig = FieldTable(
        subject: "NetworkingConfig",
        rows: [Row("EndpointsConfig", .bounded("own networks; each end by the table endpoint"))]
    )

    static let endpoint = FieldTable(
        subject: "the endpoint",
        rows: [
            Row("IPAMConfig", .bounded("an IPv4 address")),
            Row("Links", .bounded("own containers")),
            Row("Aliases", .kept(.texts)),
            Row("MacAddress", .kept(.text)),
            Row("GwPriority", .kept(.integer)),
            Row("DriverOpts", .refused("Driver options of an endpoint are not allowed here.")),
            // What the engine reports and Portainer's recreate sends back.
            Row("NetworkID", .set("the full id of the network, so that no later one of that name is meant")),
            Row("EndpointID", .set("left out")),
            Row("Gateway", .set("left out")),
            Row("IPAddress", .set("left out")),
            Row("IPPrefixLen", .set("left out")),
            Row("IPv6Gateway", .set("left out")),
            Row("GlobalIPv6Address", .set("left out")),
            Row("GlobalIPv6PrefixLen", .set("left out")),
            Row("DNSNames", .set("left out")),
        ]
    )

    static let endpointAddresses = FieldTable(
        subject: "IPAMConfig",
        rows: [
            Row("IPv4Address", .bounded("one IPv4 address")),
            Row("IPv6Address", .refused("Networks here have IPv4 addresses only.")),
            Row("LinkLocalIPs", .refused("Link-local addresses are not allowed here.")),
        ]
    )

    static let network = FieldTable(
        subject: "the network",
        rows: [
            Row("Name", .bounded("a name; diycloud-… is kept for this server")),
            Row("CheckDuplicate", .set("true")),
            Row("Driver", .bounded("bridge")),
            Row("Scope", .kept(.oneOf(["", "local"]))),
            Row("Internal", .kept(.flag)),
            Row("Attachable", .kept(.flag)),
            Row("Ingress", .refused("Ingress networks belong to a swarm, which is not offered here.")),
            Row("ConfigOnly", .refused("Configuration-only networks are not offered here.")),
            Row("ConfigFrom", .refused("Configuration-only networks are not offered here.")),
            Row("EnableIPv4", .bounded("true")),
            Row("EnableIPv6", .refused("Networks here have IPv4 addresses only. Leave out --ipv6 (enable_ipv6).")),
            Row("IPAM", .bounded("empty; the subnet comes from this server's pool")),
            Row("Options", .bounded("mtu and enable_icc")),
            Row("Labels", .bounded("as for containers")),
        ]
    )

    static let ipam = FieldTable(
        subject: "IPAM",
        rows: [
            Row("Driver", .kept(.oneOf(["", "default"]))),
            Row("Options", .refused("Options for addresses are not allowed here.")),
            Row(
                "Config",
                .refused(
                    "Networks get their subnet from this server's pool, so that no two people's overlap. "
                        + "Leave out --subnet, --gateway and --ip-range (ipam: in a compose file)."
                )
            ),
        ]
    )

    static let connection = FieldTable(
        subject: "the connection",
        rows: [
            Row("Container", .bounded("an own container")),
            Row("EndpointConfig", .bounded("the table endpoint")),
        ]
    )

    static let disconnection = FieldTable(
        subject: "the disconnection",
        rows: [
            Row("Container", .bounded("an own container")),
            Row("Force", .kept(.flag)),
        ]
    )
}

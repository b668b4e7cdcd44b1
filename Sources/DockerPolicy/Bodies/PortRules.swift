/// Published ports: on the allowed addresses, from the lowest allowed port on.
struct PortRules {
    let settings: GuardSettings

    private static let mostPorts = 1024

    /// `ExposedPorts`, whose keys say number and protocol.
    func exposed(_ value: JSONValue?) throws(DockerRefusal) -> JSONObject? {
        guard let value, !value.isZero else { return nil }
        let ports = try FieldShape.keySet.checked(value, field: "ExposedPorts").object ?? [:]
        for key in ports.keys { _ = try expanded(key) }
        return ports
    }

    /// `PortBindings`, with every port of `exposed` that has none when all are to be published.
    func bindings(
        _ value: JSONValue?,
        publishingAll: Bool,
        exposed: [String]
    ) throws(DockerRefusal) -> JSONObject? {
        var result = JSONObject()
        for member in try ContainerCreation.object(value, "PortBindings").members {
            guard try expanded(member.key).count == 1 else {
                throw .malformed("PortBindings: \"\(member.key)\" must be one port, as in 80/tcp.")
            }
            let elements = member.value == .null ? [] : member.value.array
            guard let elements else { throw .malformed("PortBindings must hold lists.") }
            var judged: [JSONValue] = []
            for element in elements {
                judged.append(try binding(ContainerCreation.object(element, "PortBindings"), port: member.key))
            }
            result.set(member.key, .array(judged))
        }
        guard publishingAll else { return result.isEmpty ? nil : result }
        for key in exposed {
            for port in try expanded(key) where result.exactly(port) == nil {
                result.set(port, .array([.object(["HostIp": .string(standardAddress), "HostPort": ""])]))
            }
        }
        guard result.count <= Self.mostPorts else {
            throw .forbidden("More than \(Self.mostPorts) ports cannot be published.", reason: "port-bindings")
        }
        return result.isEmpty ? nil : result
    }

    private var standardAddress: String { settings.publishedAddresses.first ?? "127.0.0.1" }

    private func binding(_ given: JSONObject, port: String) throws(DockerRefusal) -> JSONValue {
        let kept = try Self.table.screened(given).kept
        let address = try allowedAddress(kept["HostIp"]?.string ?? "", port: port)
        let hostPort = try allowedPort(kept["HostPort"]?.string ?? "")
        return .object(["HostIp": .string(address), "HostPort": .string(hostPort)])
    }

    private static let table = FieldTable(
        subject: "PortBindings",
        rows: [.init("HostIp", .kept(.text)), .init("HostPort", .kept(.text))]
    )

    private func allowedAddress(_ text: String, port: String) throws(DockerRefusal) -> String {
        guard !text.isEmpty else { return standardAddress }
        guard let address = HostAddress(text) else {
            throw .malformed("\"\(text)\" is not an IP address to publish on. Write it as \(standardAddress).")
        }
        for allowed in settings.publishedAddresses {
            guard let other = HostAddress(allowed), other.isIPv4 == address.isIPv4 else { continue }
            if other == address || other.isUnspecified { return text }
        }
        let number = port.split(separator: "/").first ?? "80"
        throw .forbidden(
            "Publishing on \(text) is not allowed here; use \(standardAddress) "
                + "(docker run -p \(standardAddress):8080:\(number)).",
            reason: "published-address"
        )
    }

    /// A port of the host: nothing or 0 (any free one), a number, or a range of numbers.
    private func allowedPort(_ text: String) throws(DockerRefusal) -> String {
        guard !text.isEmpty, text != "0" else { return text }
        let bounds = try numbers(text)
        guard bounds.lowerBound >= settings.lowestPort else {
            throw .forbidden(
                "Ports below \(settings.lowestPort) cannot be published here (\(text)). "
                    + "Choose one from \(settings.lowestPort) on.",
                reason: "published-port"
            )
        }
        return text
    }

    /// The single ports of a key such as `80`, `80/tcp` or `8000-8010/udp`, each as `number/protocol`.
    private func expanded(_ key: String) throws(DockerRefusal) -> [String] {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let proto = parts.count == 2 ? parts[1] : "tcp"
        guard parts.count <= 2, ["tcp", "udp", "sctp"].contains(proto) else {
            throw .malformed("\"\(key)\" is not a port. Write it as 80/tcp.")
        }
        let bounds = try numbers(parts[0])
        guard bounds.count <= Self.mostPorts else {
            throw .forbidden("The range \"\(key)\" is too long; \(Self.mostPorts) ports at most.", reason: "port-range")
        }
        return bounds.map { "\($0)/\(proto)" }
    }

    private func numbers(_ text: String) throws(DockerRefusal) -> ClosedRange<Int> {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let values = parts.compactMap { part -> Int? in
            guard (1...5).contains(part.utf8.count), part.utf8.allSatisfy(ObjectName.isDigit),
                part.utf8.first != UInt8(ascii: "0"), let value = Int(part), value <= 65535
            else { return nil }
            return value
        }
        guard values.count == parts.count, parts.count <= 2, let low = values.first, let high = values.last, low <= high
        else { throw .malformed("\"\(text)\" is not a port from 1 to 65535.") }
        return low...high
    }
}

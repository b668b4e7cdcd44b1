/// `POST /build` with the classic builder (API 1.24 to 1.51), whose context is the tar archive in the body.
public struct BuildArguments {
    /// The arguments as they came; `t` may be there more than once.
    public let arguments: QueryArguments

    public init(arguments: QueryArguments) { self.arguments = arguments }

    /// What becomes of an argument.
    private enum Treatment {
        case kept
        /// We write it.
        case set
        case bounded
        case refused(String)
    }

    /// Every argument of the builder.
    private static let table: [(name: String, treatment: Treatment)] = [
        ("t", .bounded),  // under NAME/…
        ("dockerfile", .kept), ("buildargs", .kept), ("cachefrom", .kept), ("extrahosts", .kept), ("platform", .kept),
        ("target", .kept), ("q", .kept), ("nocache", .kept), ("pull", .kept), ("rm", .kept), ("forcerm", .kept),
        ("squash", .kept), ("cpusetcpus", .kept), ("cpusetmems", .kept), ("cpushares", .kept),
        ("labels", .bounded),  // with the owner's
        ("memory", .bounded), ("memswap", .set),  // at most the quota, no swap
        ("cpuperiod", .set), ("cpuquota", .set),  // the quota
        ("shmsize", .bounded),  // at most the memory quota
        ("ulimits", .bounded),  // see Ulimits
        ("networkmode", .set),  // the person's network, or none
        ("cgroupparent", .set),  // the person's slice
        ("securityopt", .set),  // nothing: the engine takes none for builds on Linux
        ("isolation", .set),
        ("version", .bounded),  // 1
        ("remote", .refused("A build cannot fetch its context from an address here; build from a directory.")),
        ("session", .refused(noBuildKit)), ("buildid", .refused(noBuildKit)), ("outputs", .refused(noBuildKit)),
    ]

    private static let noBuildKit =
        "BuildKit is not offered here, because its session reaches into the engine. Use DOCKER_BUILDKIT=0 docker build."

    /// The query for the engine.
    /// - Parameter network: Id or name of the person's default network.
    /// - Throws: 403 for what is not allowed, and for every build through Portainer (its compose would send Portainer's own
    ///   files); 400 for what is badly formed.
    public func judged(
        for caller: Caller,
        settings: GuardSettings,
        network: String
    ) throws(DockerRefusal) -> QueryArguments {
        guard !caller.isUnrestricted else { return arguments }
        guard caller.entrance == .socket else {
            throw .forbidden(
                "Images cannot be built through Portainer here. Build in a notebook's terminal: "
                    + "DOCKER_BUILDKIT=0 docker build -t \(caller.name)/app .",
                reason: "build-over-certificate"
            )
        }
        var result: QueryArguments = []
        for (name, value) in arguments {
            guard let row = Self.table.first(where: { $0.name == name }) else {
                guard value.isEmpty else {
                    throw .forbidden(
                        "The argument \"\(name)\" of a build is not known here.",
                        reason: "unknown-argument"
                    )
                }
                continue
            }
            switch row.treatment {
            case .kept: result.append((name, value))
            case .set: continue
            case .bounded where name == "t":
                _ = try ImageNames.checked(value, for: caller)
                result.append((name, value))
            case .bounded: continue
            case .refused(let sentence):
                guard value.isEmpty else { throw .forbidden(sentence, reason: "build-\(name)") }
            }
        }
        return result + (try limits(caller, settings)) + (try checkedMode(network))
    }

    private func value(_ name: String) -> String { arguments.last { $0.name == name }?.value ?? "" }

    private func limits(_ caller: Caller, _ settings: GuardSettings) throws(DockerRefusal) -> QueryArguments {
        let limits = ContainerLimits(caller: caller, settings: settings)
        let asked = try number("memory")
        let memory = asked > 0 ? min(asked, limits.memory) : limits.memory
        var result: QueryArguments = [
            ("memory", String(memory)), ("memswap", String(memory)), ("cgroupparent", caller.cgroupParent),
        ]
        if settings.limitsCPU {
            result += [("cpuperiod", "100000"), ("cpuquota", String(max(1000, limits.nanoCPUs / 10_000)))]
        }
        let shared = try number("shmsize")
        if shared > 0 { result.append(("shmsize", String(min(shared, limits.memory)))) }
        if let ulimits = try Ulimits.judged(try json("ulimits")) {
            result.append(("ulimits", String(decoding: ulimits.serialized(), as: UTF8.self)))
        }
        let labels = try OwnerLabels.forImage(try json("labels"), owner: caller.name)
        result.append(("labels", String(decoding: JSONValue.object(labels).serialized(), as: UTF8.self)))
        return result
    }

    private func checkedMode(_ network: String) throws(DockerRefusal) -> QueryArguments {
        guard ["", "1"].contains(value("version")) else { throw .forbidden(Self.noBuildKit, reason: "buildkit") }
        guard ["", "default"].contains(value("isolation")) else {
            throw .forbidden("Isolation exists on Windows only.", reason: "isolation")
        }
        guard ["", "null", "[]"].contains(value("securityopt")) else {
            throw .forbidden("Security options of a build are not allowed here.", reason: "security-opt")
        }
        switch NetworkPlan.Mode(value("networkmode")) {
        case .personal: return [("networkmode", network)]
        case .none: return [("networkmode", "none")]
        default:
            throw .forbidden(
                "A build runs in your own network. Leave out --network, or use --network none.",
                reason: "network-mode"
            )
        }
    }

    private func number(_ name: String) throws(DockerRefusal) -> Int64 {
        let text = value(name)
        guard !text.isEmpty else { return 0 }
        guard let number = Int64(text) else { throw .malformed("\(name) must be a whole number.") }
        return number
    }

    private func json(_ name: String) throws(DockerRefusal) -> JSONValue? {
        let text = value(name)
        guard !text.isEmpty else { return nil }
        do {
            return try JSONParser.parse(Array(text.utf8))
        } catch {
            throw DockerRefusal(error, what: "The argument \(name)")
        }
    }
}

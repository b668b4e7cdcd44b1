import Identity

/// Takes out of the engine's answers what is not the caller's. Each filter builds its answer from what it knows: a field that a later
/// engine adds is left out until somebody has looked at it, where a whole document is about everybody.
public enum AnswerFilter {
    /// How many containers somebody has.
    public struct Counts: Sendable, Equatable {
        public var running: Int
        public var paused: Int
        public var stopped: Int

        public init(running: Int = 0, paused: Int = 0, stopped: Int = 0) {
            self.running = running
            self.paused = paused
            self.stopped = stopped
        }
    }

    // MARK: /info

    /// What of `/info` is about the software, and the same for everybody.
    private static let software = [
        "Name", "ServerVersion", "OperatingSystem", "OSVersion", "OSType", "Architecture", "KernelVersion", "Driver",
        "LoggingDriver", "CgroupDriver", "CgroupVersion", "MemoryLimit", "SwapLimit", "CpuCfsPeriod", "CpuCfsQuota",
        "CPUShares", "CPUSet", "PidsLimit", "OomKillDisable", "IPv4Forwarding", "BridgeNfIptables",
        "BridgeNfIp6tables", "SystemTime", "IndexServerAddress", "DefaultRuntime", "SecurityOptions", "Plugins",
        "Isolation", "InitBinary", "ExperimentalBuild", "Debug",
    ]

    /// `/info` as the caller's own engine would say it: their quota is its size, their containers are its containers.
    ///
    /// The id is another for each person. Portainer tells volumes of two environments apart by it.
    public static func info(_ value: JSONValue, for caller: Caller, counts: Counts) -> JSONValue {
        guard let info = value.object else { return .null }
        var answer = JSONObject()
        for name in software { if let field = info.exactly(name) { answer[name] = field } }
        answer["ID"] = .string(id(of: caller.name, in: info.exactly("ID")?.string ?? ""))
        let cpus = info.exactly("NCPU")?.integer ?? 1
        let memory = info.exactly("MemTotal")?.integer ?? .max
        answer["NCPU"] = .integer(min(cpus, max(1, Int64(caller.quota.cpuCores.rounded(.up)))))
        answer["MemTotal"] = .integer(min(memory, caller.quota.memory.bytes))
        answer["Containers"] = .integer(Int64(counts.running + counts.paused + counts.stopped))
        answer["ContainersRunning"] = .integer(Int64(counts.running))
        answer["ContainersPaused"] = .integer(Int64(counts.paused))
        answer["ContainersStopped"] = .integer(Int64(counts.stopped))
        answer["Images"] = info.exactly("Images") ?? .integer(0)
        answer["Labels"] = .array([])
        answer["DriverStatus"] = .array([])
        // None: with null, older clients (docker 20.10) make up their own.
        answer["Warnings"] = .array([])
        answer["Swarm"] = .object([
            "NodeID": "", "NodeAddr": "", "LocalNodeState": "inactive", "ControlAvailable": false,
        ])
        return .object(answer)
    }

    /// Two FNV-1a sums: it only has to be another for another person, and the same tomorrow.
    static func id(of name: UserName, in engine: String) -> String {
        let text = "\(engine)/\(name)"
        let digits = [UInt64(0xcbf2_9ce4_8422_2325), 0x9ae1_6a3b_2f90_404f].map { seed in
            let sum = text.utf8.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
            let hex = String(sum, radix: 16)
            return String(repeating: "0", count: 16 - hex.count) + hex
        }.joined()
        let parts = [8, 4, 4, 4, 12].reduce(into: (rest: Substring(digits), parts: [Substring]())) { state, length in
            state.parts.append(state.rest.prefix(length))
            state.rest = state.rest.dropFirst(length)
        }
        return parts.parts.joined(separator: "-")
    }

    // MARK: Lists

    /// - Parameter isVisible: whether the container of a full id is the caller's.
    public static func containerList(_ value: JSONValue, isVisible: (String) -> Bool) -> JSONValue {
        .array((value.array ?? []).filter { $0.object?.exactly("Id")?.string.map(isVisible) ?? false })
    }

    /// - Parameter isOwn: whether a network with this owner label is the caller's.
    public static func networkList(_ value: JSONValue, isOwn: (String?) -> Bool) -> JSONValue {
        .array((value.array ?? []).filter { isOwn(owner($0)) }.map(network))
    }

    /// A network as its owner made it: without the options that are ours. (docker-compose takes an option that it did not set for a change,
    /// and wants the network made anew.)
    public static func network(_ value: JSONValue) -> JSONValue {
        guard var network = value.object, var options = network.exactly("Options")?.object else { return value }
        for name in ["name", "host_binding_ipv4"] { options.remove("com.docker.network.bridge.\(name)") }
        network["Options"] = .object(options)
        return .object(network)
    }

    public static func volumeList(_ value: JSONValue, isOwn: (String?) -> Bool) -> JSONValue {
        let volumes = value.object?.exactly("Volumes")?.array ?? []
        return .object(["Volumes": .array(volumes.filter { isOwn(owner($0)) }), "Warnings": .null])
    }

    /// `/system/df`: all images, since everybody may read them, and of the rest what is the caller's.
    public static func diskUsage(
        _ value: JSONValue,
        isVisibleContainer: (String) -> Bool,
        isOwn: (String?) -> Bool
    ) -> JSONValue {
        guard let usage = value.object else { return .null }
        var answer = JSONObject()
        let own = usage.exactly("Containers").map { containerList($0, isVisible: isVisibleContainer).array ?? [] }
        if let size = usage.exactly("LayersSize") { answer["LayersSize"] = size }
        for name in ["Images", "Containers", "Volumes", "BuildCache"] {
            guard let list = usage.exactly(name) else { continue }
            let elements = list.array ?? []
            switch name {
            case "Images": answer[name] = .array(elements.map { counted($0, by: own) })
            case "Containers": answer[name] = .array(own ?? [])
            case "Volumes": answer[name] = .array(elements.filter { isOwn(owner($0)) })
            default: answer[name] = .array([])
            }
        }
        return .object(answer)
    }

    /// An image with the number of the caller's containers that use it in place of everybody's.
    /// - Parameter own: `nil` when the engine was not asked for containers; then the number is unknown, -1.
    private static func counted(_ image: JSONValue, by own: [JSONValue]?) -> JSONValue {
        guard var object = image.object, object.exactly("Containers") != nil else { return image }
        let id = object.exactly("Id")?.string
        let users = own?.count { $0.object?.exactly("ImageID")?.string == id } ?? -1
        object["Containers"] = .integer(Int64(users))
        return .object(object)
    }

    private static func owner(_ value: JSONValue) -> String? {
        value.object?.exactly("Labels")?.object?.exactly(OwnerLabels.owner)?.string
    }
}

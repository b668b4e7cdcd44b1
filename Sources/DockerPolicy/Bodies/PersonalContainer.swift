/// A person's container in the making: the tables first, then the rules that look at several fields.
///
/// `host` and `config` begin with what the tables keep; everything else gets in by one of the functions below.
struct PersonalContainer {
    let caller: Caller
    let settings: GuardSettings
    let resolved: ResolvedReferences
    private let name: String?
    private let endpoints: JSONObject
    private let asked: JSONObject
    private let askedHost: JSONObject
    private var config: JSONObject
    private var host: JSONObject

    init(
        creation: ContainerCreation,
        caller: Caller,
        settings: GuardSettings,
        resolved: ResolvedReferences
    ) throws(DockerRefusal) {
        self.caller = caller
        self.settings = settings
        self.resolved = resolved
        name = creation.name
        endpoints = creation.endpoints
        let top = try FieldTable.container.screened(creation.body)
        let inner = try FieldTable.hostConfig.screened(creation.hostConfig)
        if let networking = creation.body["NetworkingConfig"]?.object {
            _ = try FieldTable.networkingConfig.screened(networking)
        }
        (config, asked) = (top.kept, top.asked)
        (host, askedHost) = (inner.kept, inner.asked)
    }

    /// Applies every rule.
    func judged() throws(DockerRefusal) -> JudgedCreation {
        var container = self
        return try container.judge()
    }

    private mutating func judge() throws(DockerRefusal) -> JudgedCreation {
        guard !(config["Image"]?.isZero ?? true) else { throw .malformed("No image is named.") }
        let labels = try OwnerLabels.forContainer(asked["Labels"], owner: caller.name)
        config.set("Labels", .object(labels))
        try ContainerLimits(caller: caller, settings: settings).apply(asked: askedHost, labels: labels, to: &host)
        try judgeSizes()
        try judgePowers()
        try judgeNamespaces()
        try judgeNetwork()
        let mounts = try MountPlan(asked: askedHost, volumes: asked["Volumes"], for: self)
        mounts.write(to: &host)
        if let volumes = asked["Volumes"] { config.set("Volumes", volumes) }
        try judgeUser(homeIsBound: mounts.bindsHome)
        config.set("HostConfig", .object(host))
        return JudgedCreation(
            name: name,
            body: config,
            volumesToClaim: mounts.namedVolumes.sorted(),
            bindsHome: mounts.bindsHome
        )
    }

    private mutating func judgeSizes() throws(DockerRefusal) {
        if let size = try Amounts.integer(askedHost, "ShmSize"), size != 0 {
            guard size > 0 else { throw .malformed("ShmSize must not be negative.") }
            host.set("ShmSize", .integer(min(size, caller.quota.memory.bytes)))
        }
        if let score = try Amounts.integer(askedHost, "OomScoreAdj"), score != 0 {
            guard (0...1000).contains(score) else {
                throw .forbidden(
                    "OomScoreAdj below 0 would let the host's own services die first. Use 0 to 1000.",
                    reason: "oom-score-adj"
                )
            }
            host.set("OomScoreAdj", .integer(score))
        }
        if let ulimits = try Ulimits.judged(askedHost["Ulimits"]) { host.set("Ulimits", ulimits) }
        host.set("LogConfig", .object(try LogRules.judged(askedHost["LogConfig"])))
        if let storage = try StorageRules(caller: caller, settings: settings).judged(askedHost["StorageOpt"]) {
            host.set("StorageOpt", storage)
        }
    }

    private mutating func judgePowers() throws(DockerRefusal) {
        host.set("SecurityOpt", .array(try SecurityRules.judged(askedHost["SecurityOpt"])))
        try SecurityRules.checkPaths(askedHost["MaskedPaths"], field: "MaskedPaths", core: SecurityRules.maskedCore)
        try SecurityRules.checkPaths(
            askedHost["ReadonlyPaths"],
            field: "ReadonlyPaths",
            core: SecurityRules.readOnlyCore
        )
        if let capabilities = try SecurityRules.capabilities(askedHost["CapAdd"]) { host.set("CapAdd", capabilities) }
        let requests = try GPURequests.judged(askedHost["DeviceRequests"], allowed: caller.quota.gpu)
        if let requests { host.set("DeviceRequests", requests) }
        host.set("Runtime", .string(try SecurityRules.runtime(askedHost["Runtime"], gpu: caller.quota.gpu)))
        if let swappiness = try Amounts.integer(askedHost, "MemorySwappiness"), !(-1...100).contains(swappiness) {
            throw .malformed("MemorySwappiness must be -1 to 100.")
        }
    }

    private mutating func judgeNamespaces() throws(DockerRefusal) {
        host.set("CgroupnsMode", "private")
        if let mode = askedHost["CgroupnsMode"], !["", "private"].contains(mode.string) {
            throw .forbidden("The host's cgroups (--cgroupns host) are not shown here.", reason: "cgroupns-mode")
        }
        for (field, open) in [("PidMode", [""]), ("IpcMode", ["", "private", "shareable", "none"])] {
            guard let value = askedHost[field] else { continue }
            guard let text = value.string else { throw .malformed("\(field) must be a text.") }
            switch NamespaceMode(text) {
            case .container(let reference):
                let other = try resolved.container(reference)
                guard !other.bindsHost else { throw Self.joinsHome(field, reference) }
                host.set(field, .string("container:\(other.id)"))
            case .plain(let word) where open.contains(word):
                if !word.isEmpty { host.set(field, .string(word)) }
            case .plain(let word):
                throw .forbidden(
                    "\(field) \"\(word)\" is not allowed here; leave it out, or join an own container.",
                    reason: FieldTable.reason(field)
                )
            }
        }
    }

    private mutating func judgeNetwork() throws(DockerRefusal) {
        let plan = try NetworkPlan(asked: askedHost, endpoints: endpoints, resolved: resolved)
        plan.write(host: &host, config: &config)
        let ports = PortRules(settings: settings)
        let exposed = try ports.exposed(asked["ExposedPorts"])
        if let exposed { config.set("ExposedPorts", .object(exposed)) }
        let bindings = try ports.bindings(
            askedHost["PortBindings"],
            publishingAll: askedHost["PublishAllPorts"]?.bool ?? false,
            exposed: (exposed?.keys ?? []) + resolved.exposedPorts
        )
        if let bindings { host.set("PortBindings", .object(bindings)) }
    }

    /// Without the home: any user of the image. With it: the person, and nothing that could become root.
    private mutating func judgeUser(homeIsBound: Bool) throws(DockerRefusal) {
        // In a user namespace the owner of the home would be nobody.
        let mode = homeIsBound && settings.remapsUsers ? "host" : ""
        guard ["", mode].contains(askedHost["UsernsMode"].map { $0.string ?? "?" } ?? "") else {
            throw .forbidden(
                "Leaving the user name space (--userns host) is not allowed here.",
                reason: "userns-mode"
            )
        }
        if !mode.isEmpty { host.set("UsernsMode", .string(mode)) }
        guard homeIsBound else {
            if let user = asked["User"] { config.set("User", try FieldShape.text.checked(user, field: "User")) }
            if let groups = askedHost["GroupAdd"] {
                host.set("GroupAdd", try FieldShape.texts.checked(groups, field: "GroupAdd"))
            }
            return
        }
        config.set("User", .string(try HomeRules.user(asked["User"], caller: caller)))
        guard askedHost["GroupAdd"]?.isZero ?? true else {
            throw .forbidden(
                "A container that binds your home runs with your own group only. Leave out --group-add.",
                reason: "group-add"
            )
        }
        guard host["CapAdd"]?.isZero ?? true else {
            throw .forbidden(
                "A container that binds your home runs without any capability. Leave out --cap-add.",
                reason: "cap-add"
            )
        }
        host.set("CapDrop", ["ALL"])
        guard NamespaceMode(host["PidMode"]?.string ?? "").isPlain else {
            throw .forbidden(
                "A container that binds your home cannot share another one's processes. Leave out --pid.",
                reason: "pid-mode"
            )
        }
    }

    private static func joinsHome(_ field: String, _ reference: String) -> DockerRefusal {
        .forbidden(
            "\(field): the container \"\(reference)\" has your home bound, so another one cannot join it.",
            reason: FieldTable.reason(field)
        )
    }
}

/// A name space as `PidMode` and its like write it: `container:` and a reference, or a word.
enum NamespaceMode: Equatable {
    case container(String)
    case plain(String)

    init(_ text: String) {
        let prefix = "container:"
        self = text.hasPrefix(prefix) ? .container(String(text.dropFirst(prefix.count))) : .plain(text)
    }

    var isPlain: Bool { if case .plain = self { true } else { false } }
}

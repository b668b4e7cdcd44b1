/// `POST /containers/create`: what the client asks, and what the engine gets.
///
/// Two steps: ``references`` says what the body names; somebody looks those up; ``judged(for:settings:resolved:)`` makes the
/// body for the engine out of what is allowed. The rules are the tables in `ContainerFields.swift`.
public struct ContainerCreation: Sendable {
    /// The body as it came.
    public let body: JSONObject
    /// The name from the query, without the slash that Portainer's recreate puts before it.
    public let name: String?

    /// - Parameter name: `?name=` of the query.
    /// - Throws: 400 when HostConfig or NetworkingConfig is no object, or the name is none.
    public init(body: JSONObject, name: String?) throws(DockerRefusal) {
        self.body = body
        self.hostConfig = try Self.object(body["HostConfig"], "HostConfig")
        let networking = try Self.object(body["NetworkingConfig"], "NetworkingConfig")
        self.endpoints = try Self.object(networking["EndpointsConfig"], "NetworkingConfig.EndpointsConfig")
        guard let name, !name.isEmpty else {
            self.name = nil
            return
        }
        let bare = name.hasPrefix("/") ? String(name.dropFirst()) : name
        self.name = try ObjectName.checked(bare, kind: "container")
    }

    let hostConfig: JSONObject
    let endpoints: JSONObject

    /// The owner that root asks for by the label `org.diycloud.owner` (JupyterHub's DockerSpawner); nil when there is none.
    public var namedOwner: String? { body["Labels"]?.object?.exactly(OwnerLabels.owner)?.string }

    /// What the body names. What is badly formed is left out; ``judged(for:settings:resolved:)`` refuses it.
    public var references: ContainerReferences {
        var result = ContainerReferences(image: body["Image"]?.string ?? "")
        for field in ["NetworkMode", "PidMode", "IpcMode"] {
            if case .container(let reference)? = hostConfig[field]?.string.map(NamespaceMode.init) {
                result.containers.insert(reference)
            }
        }
        for text in texts("VolumesFrom") { result.containers.insert(VolumesFromText(text).reference) }
        var links = texts("Links")
        let mode = NetworkPlan.Mode(hostConfig["NetworkMode"]?.string ?? "")
        note(mode, in: &result)
        for (key, value) in endpoints.members.map({ ($0.key, $0.value) }) {
            if mode != .none { note(NetworkPlan.Mode(key), in: &result) }
            links += (value.object?["Links"]?.array ?? []).compactMap(\.string)
        }
        for text in links { result.containers.insert(LinkText(text).reference) }
        for text in texts("Binds") {
            if case .volume(let name)? = try? BindText(text).source { result.volumes.insert(name) }
        }
        for mount in (hostConfig["Mounts"]?.array ?? []).compactMap(\.object) {
            guard mount["Type"]?.string == "volume", let name = mount["Source"]?.string, !name.isEmpty else { continue }
            result.volumes.insert(name)
        }
        return result
    }

    /// The body for the engine.
    /// - Parameters:
    ///   - caller: Whose rules and limits hold. ``Caller/Power/overseer`` is judged as everybody;
    ///     ``Caller/Power/administrator`` keeps what they ask and gets owner label and slice; for ``Caller/Power/root`` the
    ///     body passes as it is (see ``limited(to:settings:)`` for a root that names an owner).
    ///   - resolved: What ``references`` are.
    /// - Throws: 403 with the field and the way out; 400 for what is badly formed; 404 for what is not there for them.
    public func judged(
        for caller: Caller,
        settings: GuardSettings,
        resolved: ResolvedReferences
    ) throws(DockerRefusal) -> JudgedCreation {
        switch caller.power {
        case .person, .overseer:
            return try PersonalContainer(creation: self, caller: caller, settings: settings, resolved: resolved)
                .judged()
        case .administrator: return try owned(by: caller)
        case .root: return JudgedCreation(name: name, body: body, volumesToClaim: [], bindsHome: false)
        }
    }

    /// An administrator's container: theirs, in their slice unless they name a cgroup; otherwise as it came.
    private func owned(by caller: Caller) throws(DockerRefusal) -> JudgedCreation {
        var body = body
        body.set("Labels", .object(try OwnerLabels.forContainer(body["Labels"], owner: caller.name)))
        var host = hostConfig
        if host["CgroupParent"]?.isZero ?? true { host.set("CgroupParent", .string(caller.cgroupParent)) }
        body.set("HostConfig", .object(host))
        return JudgedCreation(name: name, body: body, volumesToClaim: [], bindsHome: false)
    }

    /// A container that root starts for a person: whatever root asks, within the limits of that person and owned by them.
    ///
    /// The limits only: cgroup parent, memory, processors, tasks, no-new-privileges, GPU, owner labels, and the person's
    /// own network in place of the bridge that all share. Root decides about everything else, as with the engine's own
    /// socket.
    /// - Parameters:
    ///   - person: The person of ``namedOwner``, who must be active.
    ///   - defaultNetwork: Id (or name) of their default network; needed where ``references`` say that it is used.
    /// - Throws: 403 for a GPU that they may not use; 400 for what is badly formed; 503 without the network.
    public func limited(
        to person: Caller,
        settings: GuardSettings,
        defaultNetwork: String?
    ) throws(DockerRefusal) -> JudgedCreation {
        var body = body
        let labels = try OwnerLabels.forContainer(body["Labels"], owner: person.name)
        let limits = ContainerLimits(caller: person, settings: settings)
        var host = hostConfig
        try limits.apply(asked: hostConfig, labels: labels, to: &host)
        host.set("SecurityOpt", .array(SecurityRules.withNoNewPrivileges(hostConfig["SecurityOpt"])))
        if !person.quota.gpu, !(hostConfig["DeviceRequests"]?.isZero ?? true) { throw GPURequests.refusal }
        if references.usesDefaultNetwork {
            let network = try ResolvedReferences(defaultNetwork: defaultNetwork).personalNetwork()
            NetworkPlan.replaceSharedBridge(by: network, host: &host, config: &body, endpoints: endpoints)
        }
        body.set("Labels", .object(labels))
        body.set("HostConfig", .object(host))
        return JudgedCreation(name: name, body: body, volumesToClaim: [], bindsHome: false)
    }

    private func texts(_ field: String) -> [String] { (hostConfig[field]?.array ?? []).compactMap(\.string) }

    private func note(_ mode: NetworkPlan.Mode, in result: inout ContainerReferences) {
        switch mode {
        case .personal: result.usesDefaultNetwork = true
        case .network(let reference): result.networks.insert(reference)
        case .none, .host, .container: break
        }
    }

    static func object(_ value: JSONValue?, _ field: String) throws(DockerRefusal) -> JSONObject {
        switch value {
        case nil, .null: return JSONObject()
        case .object(let object): return object
        default: throw .malformed("\(field) must be an object.")
        }
    }
}

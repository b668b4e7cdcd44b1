/// Everything that is mounted in a person's container: `Binds`, `Mounts`, `Tmpfs`, `VolumesFrom`, the `Volumes` of the body
/// and of the image.
///
/// Anonymous volumes are written as mounts without a source, because only there labels can be given, so that they are the
/// person's.
struct MountPlan {
    private let caller: Caller
    private let settings: GuardSettings
    private var binds: [JSONValue] = []
    private var mounts: [JSONValue] = []
    private var tmpfs = JSONObject()
    private var volumesFrom: [JSONValue] = []
    private var covered: Set<String> = []
    /// Named volumes, which have to be the person's.
    private(set) var namedVolumes: Set<String> = []
    private(set) var bindsHome = false

    init(asked: JSONObject, volumes: JSONValue?, for container: PersonalContainer) throws(DockerRefusal) {
        caller = container.caller
        settings = container.settings
        for text in try SecurityRules.list(asked["VolumesFrom"], "VolumesFrom") {
            try addVolumesFrom(VolumesFromText(text), container.resolved)
        }
        for text in try SecurityRules.list(asked["Binds"], "Binds") { try addBind(BindText(text)) }
        if let value = asked["Mounts"] {
            guard let elements = value.array else { throw .malformed("Mounts must be a list.") }
            for element in elements { try addMount(ContainerCreation.object(element, "Mounts")) }
        }
        for member in try ContainerCreation.object(asked["Tmpfs"], "Tmpfs").members {
            let options = try TmpfsText.checked(member.value.string, limit: caller.quota.memory.bytes)
            tmpfs.set(try ContainerPath.checked(member.key), .string(options))
        }
        var declared = Set(container.resolved.declaredVolumes)
        if let volumes {
            declared.formUnion(try FieldShape.keySet.checked(volumes, field: "Volumes").object?.keys ?? [])
        }
        for path in declared.sorted() {
            _ = try ContainerPath.checked(path)
            if !covered.contains(ContainerPath.cleaned(path)) { addAnonymous(path) }
        }
    }

    /// Writes what is mounted.
    func write(to host: inout JSONObject) {
        if !binds.isEmpty { host.set("Binds", .array(binds)) }
        if !mounts.isEmpty { host.set("Mounts", .array(mounts)) }
        if !tmpfs.isEmpty { host.set("Tmpfs", .object(tmpfs)) }
        if !volumesFrom.isEmpty { host.set("VolumesFrom", .array(volumesFrom)) }
    }

    private mutating func addVolumesFrom(
        _ text: VolumesFromText,
        _ resolved: ResolvedReferences
    ) throws(DockerRefusal) {
        let source = try resolved.container(text.reference)
        guard !source.bindsHost else {
            throw .forbidden(
                "The container \"\(text.reference)\" has your home bound, so its volumes cannot be taken over. "
                    + "Bind the home itself.",
                reason: "volumes-from"
            )
        }
        if let mode = text.mode, !["", "ro", "rw", "z", "Z"].contains(mode) {
            throw .malformed("VolumesFrom: \"\(mode)\" can be ro or rw.")
        }
        volumesFrom.append(.string([source.id, text.mode].compactMap(\.self).joined(separator: ":")))
        for destination in source.destinations { covered.insert(ContainerPath.cleaned(destination)) }
    }

    private mutating func addBind(_ bind: BindText) throws(DockerRefusal) {
        let source: String
        switch bind.source {
        case .anonymous: return addAnonymous(bind.target)
        case .volume(let name):
            namedVolumes.insert(name)
            source = name
        case .host(let path):
            source = try home(path)
        }
        for mode in bind.modes where !isAllowed(mode, onHome: bind.source != .volume(source)) {
            throw .forbidden(
                "The mount option \"\(mode)\" is not allowed here; ro, rw and nocopy are.",
                reason: "mount-option"
            )
        }
        covered.insert(ContainerPath.cleaned(bind.target))
        let modes = bind.modes.filter { !$0.isEmpty }.joined(separator: ",")
        binds.append(.string(source + ":" + bind.target + (modes.isEmpty ? "" : ":" + modes)))
    }

    private func isAllowed(_ mode: String, onHome: Bool) -> Bool {
        switch mode {
        case "", "ro", "rw", "consistent", "cached", "delegated", "default", "private", "rprivate": true
        case "nocopy", "z", "Z": !onHome
        default: false
        }
    }

    private mutating func addAnonymous(_ path: String) {
        let labels = (try? OwnerLabels.forObject(nil, owner: caller.name)) ?? [:]
        mounts.append(
            .object(["Type": "volume", "Target": .string(path), "VolumeOptions": .object(["Labels": .object(labels)])])
        )
        covered.insert(ContainerPath.cleaned(path))
    }

    private mutating func addMount(_ object: JSONObject) throws(DockerRefusal) {
        let screened = try FieldTable.mount.screened(object)
        var mount = screened.kept
        guard let target = screened.asked["Target"]?.string else { throw .malformed("A mount needs a Target.") }
        mount.set("Target", .string(try ContainerPath.checked(target)))
        let source = try FieldShape.text.checked(screened.asked["Source"] ?? "", field: "Source").string ?? ""
        let type = screened.asked["Type"]?.string ?? ""
        guard let options = ["bind": "BindOptions", "volume": "VolumeOptions", "tmpfs": "TmpfsOptions"][type] else {
            throw .forbidden(
                "Mounts of type \"\(type)\" are not allowed here; volume, tmpfs and a bind of your home are.",
                reason: "mount-type"
            )
        }
        for other in ["BindOptions", "VolumeOptions", "TmpfsOptions"] where other != options {
            guard MountOptions.isEmpty(screened.asked[other]) else {
                throw .malformed("\(other) do not belong to a mount of type \(type).")
            }
        }
        let given = try ContainerCreation.object(screened.asked[options], options)
        mount.set("Type", .string(type))
        switch type {
        case "bind":
            mount.set("Source", .string(try home(source)))
            if let options = try MountOptions.bind(given) { mount.set("BindOptions", options) }
        case "volume":
            if !source.isEmpty {
                mount.set("Source", .string(try ObjectName.checked(source, kind: "volume")))
                namedVolumes.insert(source)
            }
            mount.set("VolumeOptions", try MountOptions.volume(given, owner: caller.name))
        default:
            guard source.isEmpty else { throw .malformed("A tmpfs has no Source.") }
            if let options = try MountOptions.tmpfs(given, limit: caller.quota.memory.bytes) {
                mount.set("TmpfsOptions", options)
            }
        }
        covered.insert(ContainerPath.cleaned(target))
        mounts.append(.object(mount))
    }

    /// The person's home, when that is the path: as a whole, because the engine follows symbolic links as root, and
    /// everything below the home can be swapped for one between this check and the mount.
    private mutating func home(_ path: String) throws(DockerRefusal) -> String {
        var bare = path
        while bare.count > 1, bare.hasSuffix("/") { bare.removeLast() }
        guard settings.allowsHomeBinds, let home = caller.home else {
            throw .forbidden(
                "Directories of the host (\"\(path)\") cannot be mounted here. Use a volume: -v NAME:/path.",
                reason: "host-path"
            )
        }
        guard bare.utf8.elementsEqual(home.utf8), home.hasPrefix("/"), !home.contains(":") else {
            let below = bare.hasPrefix(home + "/")
            throw .forbidden(
                below
                    ? "Only your whole home can be mounted (-v \(home):/path), no directory below it: "
                        + "\"\(path)\" could be made a symbolic link in between."
                    : "The host's \"\(path)\" cannot be mounted here. Use a volume (-v NAME:/path), "
                        + "or your home as a whole (-v \(home):/path).",
                reason: "host-path"
            )
        }
        bindsHome = true
        return home
    }
}

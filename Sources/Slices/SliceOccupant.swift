/// Something of a person's that runs, as far as a name in the cgroup tree can tell.
public struct SliceOccupant: Sendable, Equatable {
    public enum Kind: Sendable, Hashable {
        /// A notebook server; the name that its owner gave it, empty for the one without a name.
        case server(name: String)
        /// A container, by its full id.
        case container(id: String)
        /// A session of somebody who logged in, such as by ssh; logind's number of it.
        case session(String)
        /// Anything else, by the name of its cgroup.
        case other(String)
    }

    public let kind: Kind
    /// Main memory without file cache that the kernel can take back; `nil` when nobody counts it apart.
    public let memoryBytes: Int64?

    public init(kind: Kind, memoryBytes: Int64?) {
        self.kind = kind
        self.memoryBytes = memoryBytes
    }
}

extension SliceOccupant.Kind {
    /// What the name of a cgroup in a person's slice means. Names are made by our spawners (config/jupyterhub, `leaf_name`), systemd,
    /// SystemdSpawner (`jupyter-NAME-singleuser.service`) and Docker (`docker-ID.scope`, or `ID` without systemd).
    init(cgroup name: String) {
        if let id = Self.containerID(name) {
            self = .container(id: id)
        } else if let server = Self.serverName(name) {
            self = .server(name: server)
        } else if name.hasPrefix("session-"), name.hasSuffix(".scope") {
            self = .session(String(name.dropFirst("session-".count).dropLast(".scope".count)))
        } else {
            self = .other(name)
        }
    }

    private static func containerID(_ name: String) -> String? {
        var id = name[...]
        if name.hasPrefix("docker-"), name.hasSuffix(".scope") { id = name.dropFirst(7).dropLast(6) }
        let isID =
            id.utf8.count == 64 && id.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        return isID ? String(id) : nil
    }

    private static func serverName(_ name: String) -> String? {
        guard name.hasPrefix("jupyter-") else { return nil }
        var rest = name.dropFirst("jupyter-".count)
        guard rest.hasSuffix(".service") else { return rest == "default" ? "" : unescaped(rest) }
        rest = rest.dropLast(".service".count)
        if rest.hasSuffix("-singleuser") { return "" }
        // `jupyter-<id>-<server>-named`
        guard rest.hasSuffix("-named"), let dash = rest.firstIndex(of: "-"),
            rest[..<dash].utf8.allSatisfy({ (48...57).contains($0) })
        else { return String(rest) }
        return unescaped(rest[rest.index(after: dash)...].dropLast("-named".count))
    }

    /// Takes `_hex_` back to the character that it stands for; what is no such escape stays.
    private static func unescaped(_ text: Substring) -> String {
        var result = ""
        var rest = text
        while let mark = rest.firstIndex(of: "_") {
            result += rest[..<mark]
            let behind = rest[rest.index(after: mark)...]
            guard let end = behind.firstIndex(of: "_"), let value = UInt32(behind[..<end], radix: 16),
                let scalar = Unicode.Scalar(value), scalar.properties.generalCategory != .control
            else { return result + rest[mark...] }
            result.unicodeScalars.append(scalar)
            rest = behind[behind.index(after: end)...]
        }
        return result + rest
    }
}

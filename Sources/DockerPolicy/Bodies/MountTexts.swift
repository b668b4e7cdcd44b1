/// One element of `Binds`: `[source:]target[:modes]` (moby/volume/mounts/linux_parser.go).
struct BindText {
    enum Source: Equatable {
        case anonymous
        case volume(String)
        case host(String)
    }

    let source: Source
    let target: String
    let modes: [String]

    init(_ text: String) throws(DockerRefusal) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        guard (1...3).contains(parts.count) else {
            throw .malformed("\"\(text)\" is not a mount. Write it as volume:/path or volume:/path:ro.")
        }
        target = try ContainerPath.checked(parts.count == 1 ? parts[0] : parts[1])
        modes =
            parts.count == 3 ? parts[2].split(separator: ",", omittingEmptySubsequences: false).map(String.init) : []
        guard parts.count > 1 else {
            source = .anonymous
            return
        }
        guard !parts[0].hasPrefix("/") else {
            source = .host(parts[0])
            return
        }
        source = .volume(try ObjectName.checked(parts[0], kind: "volume"))
    }
}

/// One element of `VolumesFrom`: a container and how.
struct VolumesFromText {
    let reference: String
    let mode: String?

    init(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        reference = String(parts.first ?? "")
        mode = parts.count > 1 ? String(parts[1]) : nil
    }
}

/// One element of `Links`: `name:alias`, `name`, or what an inspection shows: `/name:/of/alias` (moby/opts/parse.go).
struct LinkText {
    let reference: String
    let alias: String

    init(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts.first ?? "")
        reference = name.hasPrefix("/") ? String(name.dropFirst()) : name
        let given = parts.count > 1 ? String(parts[1]) : reference
        alias = given.hasPrefix("/") ? String(given.split(separator: "/").last ?? "") : given
    }

    /// The form for the engine. By name, because the network's resolver knows containers by their names.
    func resolved(_ references: ResolvedReferences) throws(DockerRefusal) -> JSONValue {
        let container = try references.container(reference)
        guard !alias.isEmpty, alias.utf8.allSatisfy({ ObjectName.isAlphanumeric($0) || "_.-".utf8.contains($0) }) else {
            throw .malformed("\"\(alias)\" is not an alias for a link.")
        }
        return .string("\(container.name):\(alias)")
    }
}

/// A path inside of a container on which something is mounted. Looked at in bytes, as the kernel does: to Swift a slash and a
/// combining accent are one character that is no slash.
enum ContainerPath {
    /// - Throws: 400 for a path that is not absolute or names `..`; 403 for /proc and /sys, where a mount would shadow what
    ///   protects the host (CVE-2019-19921).
    static func checked(_ path: String) throws(DockerRefusal) -> String {
        let segments = segments(path)
        let isAbsolute = path.utf8.first == UInt8(ascii: "/")
        guard isAbsolute, isPlain(path), !path.utf8.contains(UInt8(ascii: ":")), !segments.isEmpty else {
            throw .malformed("\"\(path)\" is not a path to mount on. Use an absolute path without \"..\".")
        }
        guard segments.first != "proc", segments.first != "sys" else {
            throw .forbidden("Nothing can be mounted on \"\(path)\".", reason: "mount-target")
        }
        return path
    }

    /// Whether a path has no control character, no backslash and no `..`.
    static func isPlain(_ path: String) -> Bool {
        path.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") } && !segments(path).contains("..")
    }

    /// The path as Go's `path.Clean` writes it, for comparing; `..` does not occur.
    static func cleaned(_ path: String) -> String { "/" + segments(path).joined(separator: "/") }

    private static func segments(_ path: String) -> [String] {
        path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }.filter { $0 != "." }
    }
}

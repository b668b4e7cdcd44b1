/// The name of an image, read as the engine reads it (github.com/distribution/reference, `ParseNormalizedNamed`).
///
/// `alice/app` and `docker.io/alice/app` are the same: registry `docker.io`, path `alice/app`. `app` is `docker.io/library/app`.
public struct ImageReference: Sendable, Equatable, CustomStringConvertible {
    /// The registry, `docker.io` when none is written.
    public let registry: String
    /// The path on the registry.
    public let path: String
    public let tag: String?
    /// `algorithm:hex`.
    public let digest: String?

    /// - Throws: 400 for a text that the engine would not take either.
    public init(_ text: String) throws(DockerRefusal) {
        var rest = text
        (rest, digest) = try Self.cut(rest, at: "@", isValid: Self.isDigest, text)
        (rest, tag) = Self.cutTag(rest)
        if let tag, !Self.isTag(tag) { throw Self.bad(text) }
        let (host, remainder) = Self.split(rest)
        registry = host == "index.docker.io" ? "docker.io" : host
        path = registry == "docker.io" && !remainder.contains("/") ? "library/" + remainder : remainder
        let isID = text.utf8.count == 64 && text.utf8.allSatisfy(Self.isHex)
        let components = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard !isID, registry.utf8.count + path.utf8.count < 255, Self.isHost(registry),
            components.allSatisfy(Self.isComponent)
        else { throw Self.bad(text) }
    }

    /// The first component of a path of two or more; `library` for the official images of docker.io.
    public var namespace: String { path.split(separator: "/").first.map(String.init) ?? "" }

    /// As the engine writes it in full: `docker.io/alice/app:1`.
    public var description: String {
        registry + "/" + path + (tag.map { ":" + $0 } ?? "") + (digest.map { "@" + $0 } ?? "")
    }

    /// Whether the registry would be one on the engine's own host, which everybody reaches through the engine.
    var isOnLoopback: Bool {
        let isBracketed = registry.hasPrefix("[")
        let host =
            isBracketed
            ? String(registry.dropFirst().prefix { $0 != "]" })
            : String(registry.split(separator: ":").first ?? "")
        guard let address = HostAddress(host) else {
            let folded = host.lowercased()
            // Go's resolver may also take short and octal forms of an address; none of them is a registry's name.
            let isNumeric = folded.utf8.allSatisfy { ObjectName.isDigit($0) || $0 == UInt8(ascii: ".") }
            return folded == "localhost" || folded.hasSuffix(".localhost") || isNumeric || isBracketed
                || folded.hasPrefix("0x")
        }
        let first = address.bytes[0]
        guard address.isIPv4 else {
            let isLoopback = address.bytes.dropLast().allSatisfy { $0 == 0 }
            return isLoopback || first == 0xFE
        }
        return first == 127 || first == 0 || (first == 169 && address.bytes[1] == 254)
    }

    private static func split(_ name: String) -> (host: String, remainder: String) {
        let parts = name.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return ("docker.io", name) }
        let first = parts[0]
        let isHost = first.contains(".") || first.contains(":") || first == "localhost" || first.lowercased() != first
        return isHost ? (first, parts[1]) : ("docker.io", name)
    }

    private static func cut(
        _ text: String,
        at separator: Character,
        isValid: (String) -> Bool,
        _ whole: String
    ) throws(DockerRefusal) -> (String, String?) {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, parts.count == 1 || isValid(parts[1]) else { throw bad(whole) }
        return (parts[0], parts.count == 2 ? parts[1] : nil)
    }

    /// The tag is after the last colon, unless that belongs to the registry's port.
    private static func cutTag(_ text: String) -> (String, String?) {
        guard let colon = text.lastIndex(of: ":") else { return (text, nil) }
        let after = text[text.index(after: colon)...]
        return after.contains("/") ? (text, nil) : (String(text[..<colon]), String(after))
    }

    static func isTag(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 128 else { return false }
        let isWord = { (byte: UInt8) in ObjectName.isAlphanumeric(byte) || byte == UInt8(ascii: "_") }
        return isWord(first) && text.utf8.allSatisfy { isWord($0) || ".-".utf8.contains($0) }
    }

    private static func isDigest(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts[0].utf8.first, !ObjectName.isDigit(first) else { return false }
        let isAlgorithm = parts[0].utf8.allSatisfy { ObjectName.isAlphanumeric($0) || "-_+.".utf8.contains($0) }
        return isAlgorithm && parts[1].utf8.count >= 32 && parts[1].utf8.allSatisfy(isHex)
    }

    private static func isHost(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return false }
            let port = text[text.index(after: end)...]
            let isPort = port.isEmpty || (port.hasPrefix(":") && port.utf8.dropFirst().allSatisfy(ObjectName.isDigit))
            return isPort && HostAddress(String(text[..<end].dropFirst())) != nil
        }
        guard parts.count <= 2, parts.count == 1 || (!parts[1].isEmpty && parts[1].utf8.allSatisfy(ObjectName.isDigit))
        else { return false }
        return parts[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            guard let first = label.utf8.first, let last = label.utf8.last else { return false }
            return ObjectName.isAlphanumeric(first) && ObjectName.isAlphanumeric(last)
                && label.utf8.allSatisfy { ObjectName.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
    }

    /// `[a-z0-9]+` joined by `.`, `_`, `__` or any number of `-`.
    private static func isComponent(_ bytes: Substring.UTF8View) -> Bool {
        let isWord = { (byte: UInt8) in ObjectName.isDigit(byte) || (0x61...0x7A).contains(byte) }
        guard let first = bytes.first, let last = bytes.last, isWord(first), isWord(last) else { return false }
        let separators = bytes.split(whereSeparator: isWord)
        return separators.allSatisfy { run in
            let text = String(Substring(run))
            return text == "." || text == "_" || text == "__" || text.utf8.allSatisfy { $0 == UInt8(ascii: "-") }
        }
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        ObjectName.isDigit(byte) || (0x61...0x66).contains(byte) || (0x41...0x46).contains(byte)
    }

    private static func bad(_ text: String) -> DockerRefusal {
        .malformed("\"\(text)\" is not the name of an image.", reason: "bad-image-name")
    }
}

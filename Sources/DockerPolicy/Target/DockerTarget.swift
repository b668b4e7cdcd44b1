/// The target of a request to the Docker Engine API (RFC 9112 §3.2.1, origin form), understood in one way only.
///
/// The engine's router cleans paths, decodes them and redirects; whatever it could understand in another way than the guard is refused.
/// What is accepted is written anew by ``MatchedCall/uri(reference:arguments:)``.
public struct DockerTarget: Sendable {
    /// Of the prefix `/v1.41`; `nil` when there is none.
    public let version: APIVersion?
    /// The path behind the version, decoded once. None is empty, `.`, `..`, or holds a slash or control character.
    public let segments: [String]
    /// The query, decoded, in its order.
    public let query: [(name: String, value: String)]

    /// The longest target that is looked at, in bytes. A build sends its arguments here.
    static let lengthLimit = 64 * 1024

    /// - Parameter text: the target as it stands in the request line.
    /// - Throws: 400 for what is not understood; 400 also for versions below ``APIVersion/oldest``.
    public init(parsing text: String) throws(DockerRefusal) {
        guard text.utf8.count <= Self.lengthLimit, text.utf8.first == UInt8(ascii: "/"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: "\\") })
        else { throw Self.notUnderstood }
        let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var segments: [String] = []
        for part in halves[0].dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            segments.append(try Self.segment(part))
        }
        if let version = Self.version(segments[0]) {
            guard version >= .oldest else {
                throw .malformed(
                    "API version \(version) is too old here; use \(APIVersion.oldest) or later "
                        + "(DOCKER_API_VERSION=1.41, COMPOSE_API_VERSION=auto).",
                    reason: "api-version"
                )
            }
            self.version = version
            segments.removeFirst()
        } else {
            version = nil
        }
        guard !segments.isEmpty else { throw Self.notUnderstood }
        self.segments = segments
        query = halves.count == 2 ? try Self.query(halves[1]) : []
    }

    private static func segment(_ part: Substring) throws(DockerRefusal) -> String {
        guard let text = PercentText.decoded(part.utf8), !text.isEmpty, text != ".", text != "..",
            text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") })
        else { throw notUnderstood }
        return text
    }

    private static func version(_ segment: String) -> APIVersion? {
        segment.utf8.first == UInt8(ascii: "v") ? APIVersion(segment.dropFirst()) : nil
    }

    private static func query(_ text: Substring) throws(DockerRefusal) -> [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        for pair in text.split(separator: "&", omittingEmptySubsequences: true) {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            // Go drops a pair with a semicolon (net/url, Go 1.17).
            guard !pair.utf8.contains(UInt8(ascii: ";")),
                let name = PercentText.decoded(halves[0].utf8, plusIsSpace: true),
                let value = halves.count == 2 ? PercentText.decoded(halves[1].utf8, plusIsSpace: true) : ""
            else { throw notUnderstood }
            query.append((name, value))
        }
        return query
    }

    private static let notUnderstood = DockerRefusal.malformed(
        "The address of this call is not written as the Docker API writes it.",
        reason: "bad-target"
    )
}

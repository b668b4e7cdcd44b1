/// One line of the guard's policy: a call of the Engine API, who may make it, and what of it goes through.
public struct OperationRule: Sendable {
    public enum Who: Sendable {
        /// Everybody, with what is their own.
        case everyone
        /// Administrators who may do everything; the others are told this sentence.
        case administrators(String)
        /// Nobody; this sentence says what to do instead.
        case nobody(String)
    }

    public enum Body: Sendable {
        /// None: what a client sends is refused.
        case none
        /// A JSON object, judged and written anew.
        case json
        /// Anything, passed on under this content type.
        case stream(contentType: String)
        /// A tar archive, passed on.
        case tar
    }

    /// What the path names.
    public enum Object: Sendable { case none, container, exec, image, volume, network }

    public enum Response: Sendable {
        /// Passed on as it comes.
        case pass
        /// A document of which only what is the caller's own is left.
        case filtered
        /// One document a line, of which only those about the caller's own are left.
        case lines
        /// The connection becomes a stream both ways.
        case hijack
    }

    /// One part of a path pattern.
    enum Part: Sendable, Equatable {
        case word(String)
        /// The object.
        case object
        /// The object, over one or more segments: images have slashes in their names.
        case objectPath
        /// Anything, one segment: an id that only administrators name.
        case id
        /// Anything, over one or more segments.
        case rest
    }

    public let method: String
    /// As it is written in the table: `/containers/{container}/json`.
    public let pattern: String
    public let operation: DockerOperation
    public let who: Who
    public let object: Object
    /// `nil`: any arguments.
    let query: [QueryArgument]?
    public let body: Body
    public let response: Response
    let parts: [Part]

    init(
        _ method: String,
        _ pattern: String,
        _ operation: DockerOperation,
        who: Who = .everyone,
        query: [QueryArgument]? = [],
        body: Body = .none,
        answer: Response = .pass
    ) {
        self.method = method
        self.pattern = pattern
        self.operation = operation
        self.who = who
        self.query = query
        self.body = body
        response = answer
        var object = Object.none
        parts = pattern.split(separator: "/").map { part in
            switch part {
            case "{container}": object = .container
            case "{exec}": object = .exec
            case "{network}": object = .network
            case "{volume}": object = .volume
            case "{image}":
                object = .image
                return .objectPath
            case "{id}": return .id
            case "{rest}": return .rest
            default: return .word(String(part))
            }
            return .object
        }
        self.object = object
    }

    /// What the object's place holds when the path fits.
    func match(_ segments: [String]) -> (reference: String?, rest: [String])? {
        guard let long = parts.firstIndex(where: { $0 == .objectPath || $0 == .rest }) else {
            guard segments.count == parts.count else { return nil }
            return matchPlain(segments[...], parts[...])
        }
        let behind = parts.count - long - 1
        guard segments.count >= parts.count, let start = matchPlain(segments[..<long], parts[..<long]),
            matchPlain(segments[(segments.count - behind)...], parts[(long + 1)...]) != nil
        else { return nil }
        let middle = segments[long..<(segments.count - behind)]
        return parts[long] == .rest ? (start.reference, Array(middle)) : (middle.joined(separator: "/"), [])
    }

    private func matchPlain(
        _ segments: ArraySlice<String>,
        _ parts: ArraySlice<Part>
    ) -> (reference: String?, rest: [String])? {
        var reference: String?
        var rest: [String] = []
        for (segment, part) in zip(segments, parts) {
            switch part {
            // Bytes, not canonical equivalence.
            case .word(let word): guard word.utf8.elementsEqual(segment.utf8) else { return nil }
            case .id: rest.append(segment)
            default: reference = segment
            }
        }
        return (reference, rest)
    }
}

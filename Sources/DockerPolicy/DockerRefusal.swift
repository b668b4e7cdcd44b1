/// Why the guard does not pass a call on, in words for the person who reads them in Portainer's page or from the docker CLI.
public struct DockerRefusal: Error, Sendable, Equatable {
    /// HTTP status, 400 to 599.
    public let status: Int
    /// What is refused, and the way out. One or two sentences.
    public let message: String
    /// A stable word in kebab-case for the log and the metrics.
    public let reason: String

    public init(status: Int, message: String, reason: String) {
        self.status = status
        self.message = message
        self.reason = reason
    }

    /// The body of the answer, in the form of the Engine API: `{"message":"…"}`.
    public var body: [UInt8] { JSONValue.object(["message": .string(message)]).serialized() }
}

extension DockerRefusal {
    /// 400: the call is not well formed.
    public static func malformed(_ message: String, reason: String = "malformed") -> DockerRefusal {
        DockerRefusal(status: 400, message: message, reason: reason)
    }

    /// 403: well formed, and not allowed.
    public static func forbidden(_ message: String, reason: String) -> DockerRefusal {
        DockerRefusal(status: 403, message: message, reason: reason)
    }

    /// 409: the name belongs to somebody; never said to whom. `kind` as in "volume".
    public static func nameTaken(_ kind: String, _ name: String) -> DockerRefusal {
        DockerRefusal(
            status: 409,
            message: "The \(kind) name \"\(name)\" is taken. Choose another.",
            reason: "\(kind)-name-taken"
        )
    }

    /// 404 in the engine's own words: also for what belongs to somebody else, so that the two cannot be told apart.
    public static func noSuchContainer(_ reference: String) -> DockerRefusal {
        DockerRefusal(status: 404, message: "No such container: \(reference)", reason: "no-such-container")
    }

    /// 404 in the engine's own words.
    public static func noSuchExec(_ id: String) -> DockerRefusal {
        DockerRefusal(status: 404, message: "No such exec instance: \(id)", reason: "no-such-exec")
    }

    /// 404 in the engine's own words.
    public static func noSuchImage(_ reference: String) -> DockerRefusal {
        DockerRefusal(status: 404, message: "No such image: \(reference)", reason: "no-such-image")
    }

    /// 404 in the engine's own words.
    public static func noSuchNetwork(_ reference: String) -> DockerRefusal {
        DockerRefusal(status: 404, message: "network \(reference) not found", reason: "no-such-network")
    }

    /// 404 in the engine's own words.
    public static func noSuchVolume(_ name: String) -> DockerRefusal {
        DockerRefusal(status: 404, message: "get \(name): no such volume", reason: "no-such-volume")
    }
}

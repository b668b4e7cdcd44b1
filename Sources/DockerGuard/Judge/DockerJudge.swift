public import DockerEngine
public import DockerPolicy
public import Identity
public import Logging
import NIOCore

/// Decides about each request to the Docker Engine API: who asks, what it is, whose object it touches, what it would do.
///
/// A request goes through in this order: target → table → power → object in the path → body → what the engine gets. Each
/// step throws the refusal that the client gets, and there is no way around one of them.
///
/// Between the check and the use, containers, networks and execs cannot become others: the engine gets their full ids,
/// which Docker never uses twice, and owners never change. Volumes have only names: while one is claimed, made or removed
/// here, its name is locked, and a volume that a container uses cannot be removed. What remains: root, at the engine's
/// own socket, can remove and remake a volume in between; and the tag of an image can move between the look at it and
/// the create, so that a container could get a volume without a label, which then nobody but administrators sees.
///
/// That a foreign object takes one call of the engine more than one that is not there can be measured; it tells that a
/// name is in use, which the answer to a create tells as well.
public struct DockerJudge: GuardJudge {
    public struct Configuration: Sendable {
        /// What holds for every person of this host.
        public var settings: GuardSettings
        /// The largest JSON body, in bytes. The engine itself has no limit.
        public var largestBody: Int
        /// The largest answer that is held in memory to be filtered, in bytes.
        public var largestAnswer: Int

        public init(settings: GuardSettings, largestBody: Int = 4 << 20, largestAnswer: Int = 64 << 20) {
            self.settings = settings
            self.largestBody = largestBody
            self.largestAnswer = largestAnswer
        }
    }

    let configuration: Configuration
    let engine: EngineClient
    let objects: EngineObjects
    let networks: PersonNetworks
    let imageOwners: ImageOwners
    let person: @Sendable (UserName) async -> Caller?
    let log: Logger
    let volumeNames = NameLocks()
    /// Places at the engine, see ``createContainer(_:_:)``.
    let creations = NameLocks()
    let execs = ExecLedger()

    var settings: GuardSettings { configuration.settings }

    /// - Parameter person: the limits of somebody by name, when they are active: for what root makes on their behalf.
    public init(
        _ configuration: Configuration,
        engine: EngineClient,
        objects: EngineObjects,
        networks: PersonNetworks,
        imageOwners: ImageOwners,
        log: Logger,
        person: @escaping @Sendable (UserName) async -> Caller?
    ) {
        self.configuration = configuration
        self.engine = engine
        self.objects = objects
        self.networks = networks
        self.imageOwners = imageOwners
        self.log = log
        self.person = person
    }

    public func open(
        method: String,
        target: String,
        headers: [(String, String)],
        caller: Caller
    ) async -> GuardOpening {
        var operation = "unknown"
        do throws(DockerRefusal) {
            let call = try PolicyTable.match(method: method, target: DockerTarget(parsing: target))
            operation = call.rule.operation.rawValue
            return try await opening(GuardRequest(call: call, caller: caller, headers: headers))
        } catch {
            return .decided(refused(error, operation: operation, caller: caller))
        }
    }

    private func opening(_ request: GuardRequest) async throws(DockerRefusal) -> GuardOpening {
        switch request.call.rule.who {
        case .everyone: break
        case .administrators(let why):
            guard request.caller.isUnrestricted else { throw .forbidden(why, reason: "administrators-only") }
        case .nobody(let why): throw .forbidden(why, reason: "not-offered")
        }
        if request.caller.isUnrestricted { return try await unrestricted(request) }
        guard settings.remapsUsers || !settings.requiresRemap || request.operation == .ping else {
            throw .forbidden(
                "Containers are not open to people on this server yet: in them root would be root of the server. "
                    + "Administrators: set userns-remap for the Docker engine, see docs/docker.md.",
                reason: "no-user-namespace"
            )
        }
        let object = try await object(of: request)
        guard case .json = request.call.rule.body else {
            return .decided(try await decision(request, object, body: JSONObject()))
        }
        return wantsBody(request) { body throws(DockerRefusal) in
            try await self.decision(request, object, body: body)
        }
    }

    /// Asks for the body and judges it; an empty one is an object without members, as for the engine.
    func wantsBody(
        _ request: GuardRequest,
        _ judge: @escaping @Sendable (JSONObject) async throws(DockerRefusal) -> GuardDecision
    ) -> GuardOpening {
        .wantsBody(limit: configuration.largestBody) { buffer in
            do throws(DockerRefusal) {
                return try await judge(Self.body(buffer))
            } catch {
                return self.refused(error, operation: request.operation.rawValue, caller: request.caller)
            }
        }
    }

    private static func body(_ buffer: ByteBuffer) throws(DockerRefusal) -> JSONObject {
        guard buffer.readableBytes > 0 else { return JSONObject() }
        let value: JSONValue
        do {
            value = try JSONParser.parse(buffer.readableBytesView)
        } catch {
            throw .malformed("The body is not JSON that can be judged: \(error)", reason: "bad-json")
        }
        switch value {
        case .object(let object): return object
        case .null: return JSONObject()
        default: throw .malformed("The body has to be a JSON object.", reason: "bad-json")
        }
    }

    /// Tells the log once, without anything that a client wrote into headers or body.
    private func refused(_ refusal: DockerRefusal, operation: String, caller: Caller) -> GuardDecision {
        log.notice(
            "refused",
            metadata: [
                "caller": .string(caller.name.rawValue), "entrance": .string(caller.entrance.rawValue),
                "operation": .string(operation), "reason": .string(refusal.reason),
                "status": .stringConvertible(refusal.status),
            ]
        )
        return .refuse(refusal)
    }

    /// Makes calls to the engine where only refusals are thrown, and tells the log what the person is not told.
    func asking<Value: Sendable>(
        _ body: () async throws(EngineError) -> Value
    ) async throws(DockerRefusal) -> Value {
        do {
            return try await body()
        } catch {
            log.error("engine", metadata: ["error": .string(error.description)])
            throw error.refusal
        }
    }
}

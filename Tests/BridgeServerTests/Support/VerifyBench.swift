import Identity
import NIOCore
import NIOEmbedded
import Sessions

@testable import BridgeServer
@testable import Sessions

/// One event loop's table with somebody in it, and connections to it.
struct VerifyBench {
    let gate = VerifyGate()
    let table: VerifyTable
    let secret: [UInt8]?
    let now = Int64.now

    init(secret: String? = nil) {
        self.secret = secret.map { Array($0.utf8) }
        let rules: [(String, Set<Role>)] = [("jupyterhub", [.user, .admin]), ("portainer", [.admin]), ("empty", [])]
        let named = rules.compactMap { name, roles in ServiceName(name).map { ($0, roles) } }
        table = VerifyTable(
            rules: ServiceRules(Dictionary(uniqueKeysWithValues: named)),
            cookieName: "__Host-diycloud",
            gate: gate
        )
        gate.isOpen = true
    }

    /// Signs somebody in.
    func add(
        _ name: String,
        role: Role = .user,
        email: String? = nil,
        lastSeen: Int64? = nil,
        expiresAt: Int64? = nil,
        idleLimit: Int64 = 7200
    ) throws -> (cookie: String, session: ActiveSession) {
        let token = SessionToken.random()
        let session = ActiveSession(
            record: SessionRecord(
                id: .random(),
                digest: token.digest,
                principal: Principal(name: try UserName(name), role: role, email: email),
                createdAt: now - 100,
                expiresAt: expiresAt ?? now + 1000,
                lastSeen: lastSeen ?? now,
                client: .local,
                userAgent: "",
                linuxAccount: false
            ),
            idleLimit: idleLimit
        )
        table.insert(session)
        return ("__Host-diycloud=\(token.cookieValue)", session)
    }

    func judge(_ cookies: [String], _ service: String?) -> String {
        let cookies = cookies.map { Array($0.utf8) }
        let service = service.map { Array($0.utf8) }
        func judge(_ rest: ArraySlice<[UInt8]>, _ taken: [UnsafeRawBufferPointer]) -> VerifyVerdict {
            guard let first = rest.first else {
                guard let service else { return table.judge(cookies: taken, service: nil, now: now) }
                return service.withUnsafeBytes { table.judge(cookies: taken, service: $0, now: now) }
            }
            return first.withUnsafeBytes { judge(rest.dropFirst(), taken + [$0]) }
        }
        return judge(cookies[...], []).word
    }

    /// A connection, and what the complete HTTP stack would be given.
    func connect() throws -> (channel: EmbeddedChannel, stack: StackStandIn) {
        let stack = StackStandIn()
        let channel = EmbeddedChannel()
        let handler = VerifyHandler(table: table, proxySecret: secret) { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(stack) }
        }
        try channel.pipeline.syncOperations.addHandler(handler)
        return (channel, stack)
    }

    /// The answers to the bytes, sent in pieces, and what was handed over.
    func exchange(_ pieces: [[UInt8]]) throws -> (answers: String, handedOver: [UInt8]) {
        let (channel, stack) = try connect()
        for piece in pieces { try channel.writeInbound(ByteBuffer(bytes: piece)) }
        var answers = ""
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { answers += String(buffer: buffer) }
        _ = try? channel.finish()
        return (answers, stack.received)
    }
}

/// In the place of the HTTP stack: writes down what it is given.
final class StackStandIn: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private(set) var received: [UInt8] = []
    private(set) var events = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += Array(unwrapInboundIn(data).readableBytesView)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) { events += 1 }
}

extension VerifyVerdict {
    var word: String {
        switch self {
        case .allowed(let answer): "allowed \(String(buffer: answer).firstMatch(of: /Remote-User: (.*)\r\n/)?.1 ?? "")"
        case .forbidden: "forbidden"
        case .unauthenticated: "unauthenticated"
        case .closed: "closed"
        }
    }
}

/// A request as the shipped nginx files send it.
func nginxRequest(
    _ method: String = "GET",
    cookie: String? = nil,
    service: String? = "jupyterhub",
    secret: String? = nil,
    uri: String = "/jupyter/?a=1&b=2",
    extra: [String] = []
) -> [UInt8] {
    var lines = ["\(method) /auth HTTP/1.1", "Host: bridge"]
    if let cookie { lines.append("Cookie: \(cookie)") }
    if let service { lines.append("X-Bridge-Service: \(service)") }
    if let secret { lines.append("X-Bridge-Proxy-Secret: \(secret)") }
    lines += ["X-Real-IP: 192.0.2.7", "X-Forwarded-Proto: https", "X-Original-URI: \(uri)"] + extra
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
}

import Foundation
import Glibc
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

@testable import BridgeServer

/// The proxy's listener on a unix socket, for as long as `body` runs.
func withLiveProxy(
    _ bridge: TestBridge,
    allowedPeers: PeerRule? = nil,
    proxySecret: String? = nil,
    idleTimeout: TimeAmount = .minutes(5),
    _ body: @Sendable (LiveSocket) async throws -> Void
) async throws {
    let path = bridge.directory.path("proxy.sock")
    let (ready, isReady) = AsyncStream.makeStream(of: Void.self)
    let listener = HTTPListener(
        name: "proxy",
        socket: .unix(path: path, mode: 0o600),
        group: MultiThreadedEventLoopGroup.singleton,
        http: HTTPStack(responder: bridge.routers.proxy(), idleTimeout: idleTimeout, logger: TestBridge.logger),
        verify: VerifyEntrance(tables: bridge.parts.tables, proxySecret: proxySecret.map { Array($0.utf8) }),
        allowedPeers: allowedPeers,
        limit: ConnectionLimit(maximum: 64),
        logger: TestBridge.logger,
        whenReady: { isReady.finish() }
    )
    let group = ServiceGroup(
        configuration: .init(
            services: [.init(service: listener, successTerminationBehavior: .gracefullyShutdownGroup)],
            logger: TestBridge.logger
        )
    )
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        for await _ in ready {}
        do {
            try await body(LiveSocket(path: path))
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}

/// Where the listener is.
struct LiveSocket: Sendable {
    let path: String

    func connect() throws -> LiveConnection { try LiveConnection(path: path) }

    /// Sends bytes and says nothing more; all that comes back until the other side closes.
    func exchange(_ text: String, halfClose: Bool = true) async throws -> String {
        let connection = try connect()
        try await connection.send(text)
        if halfClose { connection.finishSending() }
        return try await connection.rest()
    }
}

/// A client that sends what it is told, byte by byte if need be. Waits on threads of its own: those of Dispatch
/// are as few as cores, and what the bridge runs on.
final class LiveConnection: Sendable {
    struct Failure: Error { let errno: Int32 }

    private let descriptor: Int32

    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(100)) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw Failure(errno: errno) }
        // So that a test that would hang fails instead. Long, since tests that count on every core may keep the server waiting.
        var limit = timeval(tv_sec: 180, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func send(_ text: String) async throws {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            // A server that closed already has said all it wants to say.
            guard count > 0 else { return }
            sent += count
        }
    }

    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The next answer: its head, and as much body as its Content-Length says.
    func answer() async throws -> String {
        try await receive { text in
            guard let head = text.firstRange(of: "\r\n\r\n") else { return false }
            let length = text.firstMatch(of: /(?i)content-length: (\d+)/).flatMap { Int($0.1) } ?? 0
            return text[head.upperBound...].utf8.count >= length
        }
    }

    /// All that comes until the other side closes.
    func rest() async throws -> String { try await receive { _ in false } }

    private func receive(until isEnough: @escaping @Sendable (String) -> Bool) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { [self] in
                var received: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65536)
                while !isEnough(String(decoding: received, as: UTF8.self)) {
                    let count = recv(descriptor, &buffer, buffer.count, 0)
                    if count < 0, errno != ECONNRESET { return continuation.resume(throwing: Failure(errno: errno)) }
                    guard count > 0 else { break }
                    received += buffer[..<count]
                }
                continuation.resume(returning: String(decoding: received, as: UTF8.self))
            }
        }
    }
}

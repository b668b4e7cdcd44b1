import CPrivilege
import Glibc
import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// Takes connections at one entrance, finds out who they are from, and gives each what it needs to be served.
struct GuardListener: Sendable {
    let entrance: GuardEntrance
    let desk: any RequestDesk
    let engine: any EngineConnector
    let limits: GuardLimits
    let register: ConnectionRegister
    /// What is shown to, and asked of, who comes by TLS.
    let gate: TLSGate?
    let logger: Logger

    func open(on group: any EventLoopGroup) async throws -> any Channel {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 4096, maximum: 65_536)
            )
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelInitializer { channel in
                if entrance.isTLS { return greetStranger(channel) }
                return greetPeer(channel)
            }
        switch entrance {
        case .inheritedUnix(let descriptor), .inheritedTLS(let descriptor):
            return try await bootstrap.withBoundSocket(descriptor).get()
        case .tls(let host, let port): return try await bootstrap.bind(host: host, port: port).get()
        case .unix(let path):
            let before = umask(0o111)
            defer { umask(before) }
            return try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        }
    }

    // MARK: Unix socket

    /// `struct ucred` of unix(7), which the C library shows only with `_GNU_SOURCE`.
    private struct Credentials {
        var pid: pid_t = 0
        var uid: uid_t = .max
        var gid: gid_t = .max
    }

    private func greetPeer(_ channel: any Channel) -> EventLoopFuture<Void> {
        guard let provider = channel as? any SocketOptionProvider else { return channel.close() }
        let credentials: EventLoopFuture<Credentials> = provider.unsafeGetSocketOption(
            level: .socket,
            name: .init(rawValue: SO_PEERCRED)
        )
        return credentials.flatMap { credentials in
            // Uid -1 is what the kernel says when there is nobody (unix(7)).
            guard credentials.pid >= 0, credentials.uid != .max else { return channel.close() }
            return start(channel, .peer(uid: credentials.uid))
        }
    }

    // MARK: TLS

    private func greetStranger(_ channel: any Channel) -> EventLoopFuture<Void> {
        guard let gate, let context = gate.contextNow() else {
            logger.warning("nobody can come in by TLS", metadata: ["reason": "\(gate?.problem ?? "no certificates")"])
            return channel.close()
        }
        guard register.greet(channel) else {
            logger.warning("too many TLS handshakes at once")
            return channel.close()
        }
        return channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandlers([
                NIOSSLServerHandler(context: context),
                HandshakeHandler(timeLimit: limits.headTime) { channel, name, serial in
                    _ = start(channel, .certificate(name: name, serial: serial))
                },
            ])
        }
    }

    private func start(_ channel: any Channel, _ arrival: Arrival) -> EventLoopFuture<Void> {
        guard register.admit(channel, arrival) else {
            logger.warning("too many connections", metadata: ["from": "\(arrival)"])
            return channel.close()
        }
        return channel.eventLoop.makeCompletedFuture {
            try ClientHandler(arrival: arrival, desk: desk, engine: engine, limits: limits).install(in: channel)
        }
    }
}

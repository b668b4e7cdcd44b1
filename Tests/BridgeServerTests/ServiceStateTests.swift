import Foundation
import Identity
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import BridgeServer

/// Answers as a test wants it, and counts.
private final class ScriptedProbe: HealthProbe {
    let answer = Mutex(HealthAnswer.well)
    let urls = Mutex<[String]>([])

    func ask(_ url: String) async -> HealthAnswer {
        urls.withLock { $0.append(url) }
        return answer.withLock { $0 }
    }
}

@Suite("Whether the services behind the bridge run")
struct ServiceStateTests {
    private static let configuration = """
        jupyterhub: {api: "http://127.0.0.1:8081/jupyter/hub/api"}
        docker: {address: "127.0.0.1:2376"}
        portainer: {url: "http://127.0.0.1:9000", listen: "127.0.0.1:8474"}
        """

    private func tiles(_ browser: Browser) async throws -> [String: [String: Any]] {
        let reply = try await browser.fetch("/api/v1/services")
        let services = try #require(reply["services"] as? [[String: Any]])
        return Dictionary(services.map { ($0["name"] as? String ?? "", $0) }) { first, _ in first }
    }

    @Test(
        "everybody sees every service; only those that they may use are asked, where the configuration says, and not again at once"
    )
    func tiles() async throws {
        let probe = ScriptedProbe()
        let bridge = try await TestBridge(Self.configuration, probe: probe)
        let alice = Browser(bridge)
        try await alice.signIn("alice")
        let seen = try await tiles(alice)
        #expect(seen["jupyterhub"]?["state"] as? String == "up" && seen["jupyterhub"]?["since"] is Int)
        #expect(seen["portainer"]?["state"] as? String == "not-for-you" && seen["portainer"]?["since"] is NSNull)
        #expect(seen["plain"]?["state"] as? String == "unknown")
        _ = try await tiles(alice)
        #expect(probe.urls.withLock { $0 } == ["http://127.0.0.1:8081/jupyter/hub/health"])
        let ada = Browser(bridge)
        try await ada.signIn("ada")
        #expect(try await tiles(ada)["portainer"]?["state"] as? String == "up")
        #expect(probe.urls.withLock { $0.last } == "http://127.0.0.1:9000/api/status")
    }

    @Test(
        "a service that listens without an answer is starting, and some time later down; the time of a change is kept"
    )
    func states() async throws {
        let probe = ScriptedProbe()
        let name = try #require(ServiceName("hub"))
        let states = ServiceStates(probe: probe, configuration: .init(freshness: .zero))
        func look(_ answer: HealthAnswer) async -> ServiceStates.Sight? {
            probe.answer.withLock { $0 = answer }
            return await states.look(at: [name: "http://127.0.0.1:1/"])[name]
        }
        let first = await look(.well)
        #expect(first?.state == .up)
        #expect(await look(.well) == first)
        #expect(await look(.busy)?.state == .starting)
        #expect(await look(.away)?.state == .down)
        #expect(await look(.well)?.state == .up)
        let impatient = ServiceStates(probe: probe, configuration: .init(freshness: .zero, startingLimit: 0))
        probe.answer.withLock { $0 = .busy }
        #expect(await impatient.look(at: [name: "http://127.0.0.1:1/"])[name]?.state == .down)
    }

    @Test("many who look at once share a question")
    func sharing() async throws {
        let probe = ScriptedProbe()
        let name = try #require(ServiceName("hub"))
        let states = ServiceStates(probe: probe)
        await withTaskGroup(of: Void.self) { tasks in
            for _ in 0..<100 {
                tasks.addTask { #expect(await states.look(at: [name: "http://127.0.0.1:1/"])[name]?.state == .up) }
            }
        }
        #expect(probe.urls.withLock(\.count) == 1)
    }

    @Test(
        "over HTTP: an answer below 500 is well, one above or none is busy, a closed port is away; no redirect is followed"
    )
    func http() async throws {
        func answer(_ status: String?) async throws -> HealthAnswer {
            let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelInitializer { $0.pipeline.addHandler(OneAnswer(status: status)) }
                .bind(host: "127.0.0.1", port: 0).get()
            let port = server.localAddress?.port ?? 0
            let answer = await HTTPHealthProbe().ask("http://127.0.0.1:\(port)/hub/health")
            try await server.close()
            return answer
        }
        #expect(try await answer("200 OK") == .well)
        #expect(try await answer("302 Found\r\nLocation: http://127.0.0.1:1/") == .well)
        #expect(try await answer("404 Not Found") == .well)
        #expect(try await answer("503 Service Unavailable") == .busy)
        #expect(try await answer(nil) == .busy)
        #expect(await HTTPHealthProbe().ask("http://127.0.0.1:1/") == .away)
        #expect(await HTTPHealthProbe().ask("unix:///nonsense") == .away)
    }
}

/// Answers each connection with one status, or never.
private final class OneAnswer: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer

    let status: String?

    init(status: String?) { self.status = status }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let status else { return }
        let answer = ByteBuffer(string: "HTTP/1.1 \(status)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        context.writeAndFlush(NIOAny(answer), promise: nil)
    }
}

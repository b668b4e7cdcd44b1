import NIOEmbedded
import Testing

@testable import DockerGuard

@Suite("How many connections there may be")
struct GuardLimitsTests {
    @Test(
        "connections fit into the descriptors, and one caller at both entrances leaves half of them",
        arguments: [64, 200, 512, 1024, 4096, 65_536, 1 << 30]
    )
    func descriptors(_ descriptors: Int) {
        var limits = GuardLimits()
        limits.fit(descriptors: descriptors)
        #expect(limits.connections <= GuardLimits().connections)
        #expect(limits.connections == 16 || 2 * limits.connections + 64 <= descriptors)
        #expect(2 * limits.connectionsPerCaller <= limits.connections)
        #expect(limits.handshakes <= max(8, limits.connections / 8))
    }

    @Test("strangers have places of their own until they are known or gone")
    func strangers() {
        let register = ConnectionRegister(limits: GuardLimits(connections: 2, connectionsPerCaller: 2, handshakes: 2))
        let channels = (0..<4).map { _ in EmbeddedChannel() }
        #expect(register.greet(channels[0]))
        #expect(register.greet(channels[1]))
        #expect(!register.greet(channels[2]))
        #expect(register.admit(channels[0], .certificate(name: "alice", serial: "01")))
        #expect(register.greet(channels[2]))
        #expect(!register.greet(channels[3]))
        channels[1].close(promise: nil)
        channels[1].embeddedEventLoop.run()
        #expect(register.greet(channels[3]))
        #expect(register.admit(channels[3], .peer(uid: 1000)))
        #expect(!register.admit(channels[2], .peer(uid: 1001)))
    }
}

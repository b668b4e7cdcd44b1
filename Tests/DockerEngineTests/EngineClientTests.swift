import Foundation
import Testing

@testable import DockerEngine

@Suite("Calls to the engine")
struct EngineClientTests {
    @Test("the engine answers over its socket")
    func answers() async throws {
        try await EngineStage.run { stage in
            let answer = try await stage.client.call("GET", ["_ping"])
            #expect(answer.status == 200)
            #expect(answer.body == Array("OK".utf8))
        }
    }

    @Test("an error status is an answer, with the engine's own words")
    func errorsAreAnswers() async throws {
        try await EngineStage.run { stage in
            let answer = try await stage.client.call("GET", ["containers", "dc-nothing-here", "json"])
            #expect(answer.status == 404)
            #expect(answer.message == "No such container: dc-nothing-here")
        }
    }

    @Test("a missing socket is named, with the way out")
    func missingSocket() async throws {
        let path = NSTemporaryDirectory() + "dc-\(UUID().uuidString).sock"
        let client = EngineClient(.init(socket: path))
        await #expect(throws: EngineError.socketMissing(path: path)) { _ = try await client.call("GET", ["_ping"]) }
        await client.shutdown()
    }

    @Test("a socket at which nobody listens is an engine that is away")
    func deadSocket() async throws {
        let path = NSTemporaryDirectory() + "dc-\(UInt32.random(in: .min ... .max)).sock"
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        close(descriptor)
        defer { unlink(path) }
        let client = EngineClient(.init(socket: path))
        await #expect(throws: EngineError.away(path: path, reason: "nobody listens")) {
            _ = try await client.call("GET", ["_ping"])
        }
        await client.shutdown()
    }

    @Test("an answer larger than the limit is refused")
    func tooLarge() async throws {
        let client = EngineClient(.init(socket: EngineStage.socket, largestAnswer: 100))
        await #expect(throws: EngineError.self) { _ = try await client.call("GET", ["info"]) }
        await client.shutdown()
    }

    @Test("what is not unreserved is escaped in paths and queries")
    func escapes() {
        #expect("a/b ?&=#%é~".percentEncoded == "a%2Fb%20%3F%26%3D%23%25%C3%A9~")
    }
}

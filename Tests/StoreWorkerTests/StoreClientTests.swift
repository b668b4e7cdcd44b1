import Identity
import StoreClient
import StoreProtocol
import Synchronization
import TestSupport
import Testing
import WorkerFrames

@Suite("The client of the store worker")
struct StoreClientTests {
    private static let token = String(repeating: "t", count: 43)

    private let directory: TemporaryDirectory
    private let bob: UserName

    init() throws {
        directory = try TemporaryDirectory()
        bob = try UserName("bob")
    }

    @Test("changes go in order over one connection, and the first refusal ends the act")
    func order() async throws {
        let path = directory.path("store.sock")
        let worker = try ScriptedStoreWorker(path: path) { request in
            if case .quota(_, _, _, true?) = request.change { return .refused(.badValue, "No GPU here.") }
            return .done
        }
        let client = StoreClient(socketPath: path)
        let quota = StoreChange.quota(cpuCores: 2, memory: nil, disk: nil, gpu: nil)
        try await client.apply([.active(true), quota], to: bob, token: Self.token)
        #expect(worker.requests.map(\.change) == [.active(true), quota] && worker.connections == 1)
        let refused = StoreChange.quota(cpuCores: nil, memory: nil, disk: nil, gpu: true)
        await #expect(throws: StoreClientError.refused(.badValue, "No GPU here.")) {
            try await client.apply([refused, .active(false)], to: bob, token: Self.token)
        }
        #expect(worker.requests.count == 3 && worker.connections == 2)
        #expect(worker.requests.allSatisfy { $0.token == Self.token && $0.user == bob })
    }

    @Test("where nobody listens nothing was changed; where an answer stays out, nobody knows")
    func away() async throws {
        let path = directory.path("store.sock")
        let client = StoreClient(socketPath: path, timeLimit: .seconds(1))
        await #expect {
            try await client.apply([.active(true)], to: bob, token: Self.token)
        } throws: { error in
            if case .away(let sentence)? = error as? StoreClientError {
                sentence.contains("No such file")
            } else {
                false
            }
        }
        let listener = try ScriptedListener(path: path) { socket in
            _ = try? socket.receive(StoreRequest.init(payload:))
        }
        await #expect(throws: StoreClientError.lost("the store worker ended without an answer")) {
            try await client.apply([.active(true)], to: bob, token: Self.token)
        }
        withExtendedLifetime(listener) {}
    }
}

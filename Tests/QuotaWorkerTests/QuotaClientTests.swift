import Foundation
import Glibc
import Identity
import QuotaClient
import QuotaProtocol
import TestProcesses
import TestSupport
import Testing

@Suite("The client of the quota worker")
struct QuotaClientTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func client(
        _ path: String,
        timeLimit: Duration = .seconds(20),
        freshness: Duration = .zero,
        patience: Duration = .zero
    ) -> QuotaClient {
        QuotaClient(
            configuration: .init(
                socketPath: path,
                timeLimit: timeLimit,
                freshness: freshness,
                patience: patience
            )
        )
    }

    private static func foreseen(_ uid: UInt32) -> DiskUse {
        DiskUse(used: ByteCount(bytes: Int64(uid)), limit: nil)
    }

    @Test("questions go in batches over one connection, and each uid gets its own answer")
    func batches() async throws {
        let path = directory.path("quota.sock")
        let worker = try ScriptedQuotaWorker(path: path, script: Self.foreseen)
        let client = client(path, freshness: .seconds(600))
        let uids = Array(UInt32(1000)..<1700)
        let uses = await client.use(of: uids)
        #expect(uids.allSatisfy { uses[$0] == Self.foreseen($0) })
        #expect(worker.questions.map(\.count) == [256, 256, 188])
        // What is fresh is not asked for again.
        #expect(await client.use(of: [1000, 1699]).count == 2)
        #expect(worker.questions.count == 3 && worker.connections == 1)
    }

    @Test("many who ask at once share a question")
    func sharing() async throws {
        let path = directory.path("quota.sock")
        let worker = try ScriptedQuotaWorker(path: path, script: Self.foreseen)
        let client = client(path, freshness: .seconds(600))
        await withTaskGroup(of: DiskUse?.self) { tasks in
            for _ in 0..<200 { tasks.addTask { await client.use(of: [1000])[1000] } }
            for await use in tasks { #expect(use == Self.foreseen(1000)) }
        }
        #expect(worker.questions == [[1000]])
    }

    @Test("where nobody listens, every answer says so, and nobody is asked again at once")
    func away() async throws {
        let path = directory.path("nobody.sock")
        let client = client(path, patience: .seconds(600))
        let problem = await client.use(of: [1000])[1000]?.problem ?? ""
        #expect(problem.contains("no quota worker can be had at") && problem.contains("No such file"))
        // Somebody does listen now, but the patience is not over.
        let worker = try ScriptedQuotaWorker(path: path, script: Self.foreseen)
        #expect(await client.use(of: [1000])[1000]?.problem == problem)
        #expect(worker.questions.isEmpty)
    }

    @Test("a worker that takes too long is left, and the next question has another one")
    func slow() async throws {
        let path = directory.path("quota.sock")
        let worker = try ScriptedQuotaWorker(path: path) { uid in
            if uid == 1 { sleep(3) }
            return Self.foreseen(uid)
        }
        let client = client(path, timeLimit: .seconds(1))
        #expect(await client.use(of: [1])[1]?.problem == "the quota worker took too long")
        #expect(await client.use(of: [2])[2] == Self.foreseen(2))
        #expect(worker.connections == 2)
    }

    @Test("a worker that answers about others is not believed")
    func lies() async throws {
        let path = directory.path("quota.sock")
        let listener = try ScriptedListener(path: path) { socket in
            while (try? socket.receive(QuotaRequest.init(payload:))) != nil {
                var frame = QuotaResponse(entries: [.init(uid: 5, use: Self.foreseen(5))]).frame() ?? []
                guard (try? socket.send(&frame)) != nil else { return }
            }
        }
        let client = client(path)
        #expect(await client.use(of: [6])[6]?.problem == "the quota worker answered another question")
        #expect(await client.use(of: [5])[5] == Self.foreseen(5))
        withExtendedLifetime(listener) {}
    }

    @Test("the root parent starts a worker for the connection, and another one when that was killed")
    func rootParent() async throws {
        let place = "/tmp/bridge-quota-\(UUID().uuidString)"
        try TestProcess.shell("mkdir -m 755 \(place); printf secret >\(place)/secret")
        defer { try? FileManager.default.removeItem(atPath: place) }
        let log = open("\(place)/log", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        let parent = try TestProcess(
            [
                TestProcess.built("worker-host"), "host", "nobody", "\(place)/pam.sock", "\(place)/secret", "x", "/x",
                "1", "1",
            ],
            output: log
        )
        close(log)
        defer {
            parent.signal(SIGTERM)
            parent.wait()
        }
        let path = "\(place)/pam.sock.quota"
        #expect(try await eventually { access(path, F_OK) == 0 })
        #expect(try TestProcess.shell("stat -c '%U %a' \(path)") == "nobody 600\n")
        let client = client(path)
        #expect(await client.use(of: [1234])[1234]?.used == ByteCount(bytes: 1234))
        let workers = "pgrep -P \(parent.processIdentifier) -f quota-worker"
        let first = try TestProcess.shell(workers)
        #expect(await client.use(of: [1235])[1235]?.used == ByteCount(bytes: 1235))
        #expect(try TestProcess.shell(workers) == first)
        try TestProcess.shell("kill -KILL \(first)")
        #expect(await client.use(of: [1236])[1236]?.used == ByteCount(bytes: 1236))
        #expect(try TestProcess.shell(workers) != first)
    }
}

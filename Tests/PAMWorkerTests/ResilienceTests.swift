import Foundation
import PAMClient
import PAMProtocol
import Testing

@Suite("Workers that fail", .enabled(if: isRoot, "libpam's modules want root"))
struct ResilienceTests {
    private static let account = "account required pam_permit.so"

    @Test(
        "a module that blocks signals and sleeps is killed at the step limit, with what it started",
        arguments: ["sleep", "child"]
    )
    func hang(module: String) async throws {
        let host = try await WorkerHost(stack: "auth required TEST \(module)\n\(Self.account)", limits: (300, 10_000))
        await #expect(throws: PAMClientError.unavailable("the PAM worker ended without an answer")) {
            try await host.client().begin("x")
        }
        #expect(try await host.eventually { try host.workerCount() == 0 })
    }

    @Test("a program of pam_exec that never ends does not outlive its worker")
    func hangingProgram() async throws {
        let host = try await WorkerHost(
            stack: "auth required pam_exec.so DIR/sleep\n\(Self.account)",
            setup:
                "printf '#!/bin/bash\\nexec -a \"pam-worker bridge '$DIR'/pam.d\" sleep 1000\\n' > $DIR/sleep; chmod 755 $DIR/sleep",
            limits: (300, 10_000)
        )
        await #expect(throws: PAMClientError.self) { try await host.client().begin("x") }
        #expect(try await host.eventually { try host.workerCount() == 0 })
    }

    @Test("when a worker hangs beyond its own limit the client stops waiting")
    func clientLimit() async throws {
        let host = try await WorkerHost(stack: "auth required TEST sleep\n\(Self.account)", limits: (4_000, 10_000))
        await #expect(throws: PAMClientError.timedOut) {
            try await host.client(stepLimit: .milliseconds(100)).begin("x")
        }
    }

    @Test("a module that crashes or ends the process is \"try again later\"", arguments: ["abort", "exit"])
    func crash(module: String) async throws {
        let host = try await WorkerHost(stack: "auth required TEST \(module)\n\(Self.account)")
        await #expect(throws: PAMClientError.unavailable("the PAM worker ended without an answer")) {
            try await host.client().begin("x")
        }
    }

    @Test("kill -9 of a worker in the middle of a conversation is a clean error, and the next sign-in works")
    func killed() async throws {
        let host = try await WorkerHost(stack: "auth required TEST two_hidden\n\(Self.account)")
        let client = host.client()
        let (conversation, _) = try await client.begin("correct horse")
        try host.killWorkers()
        await #expect(throws: PAMClientError.self) { try await conversation?.answer(["123456", "blue"]) }
        let (next, _) = try await client.begin("correct horse")
        #expect(try await next?.answer(["123456", "blue"]).verdict == .accepted)
    }

    @Test("a person who never answers is not waited for beyond the conversation limit")
    func silentPerson() async throws {
        let host = try await WorkerHost(stack: "auth required TEST two_hidden\n\(Self.account)", limits: (10_000, 300))
        let (conversation, _) = try await host.client().begin("correct horse")
        #expect(try await host.eventually { try host.workerCount() == 0 })
        await #expect(throws: PAMClientError.self) { try await conversation?.answer(["123456", "blue"]) }
    }

    @Test("beyond the queue the answer is when to come again, and the queue moves on")
    func queueFull() async throws {
        let host = try await WorkerHost(stack: "auth required TEST sleep\n\(Self.account)", limits: (1_500, 10_000))
        let client = host.client(workers: 1, queueLimit: 1)
        let outcomes = await withTaskGroup(of: PAMClientError?.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    do {
                        _ = try await client.begin("x")
                        return nil
                    } catch { return error as? PAMClientError }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let full = outcomes.filter { if case .queueFull(let time) = $0 { time >= .seconds(1) } else { false } }
        #expect(full.count == 4)
        try host.replaceStack("auth required \(try TestModule.path.get()) ask\n\(Self.account)")
        #expect(try await client.verdict("correct horse") == .accepted)
    }

    @Test("conversations that wait for a person hold up nobody; beyond half of the places their network's oldest ends")
    func waitingConversations() async throws {
        let host = try await WorkerHost(stack: "auth required TEST two_hidden\n\(Self.account)")
        let client = host.client(workers: 1, waitingLimit: 6)
        var conversations: [PAMConversation] = []
        for _ in 0..<4 { conversations.append(try #require(try await client.begin("correct horse").0)) }
        #expect(try await host.eventually { try host.workerCount() == 3 })
        await #expect(throws: PAMClientError.conversationEnded) {
            try await conversations[0].answer(["123456", "blue"])
        }
        for conversation in conversations.dropFirst() {
            #expect(try await conversation.answer(["123456", "blue"]).verdict == .accepted)
        }
    }

    @Test("forty sign-ins at once all get their own answer")
    func manyAtOnce() async throws {
        let host = try await WorkerHost(stack: "auth required TEST ask\n\(Self.account)")
        let client = host.client()
        try await withThrowingTaskGroup(of: (Int, PAMVerdict).self) { group in
            for number in 0..<40 {
                group.addTask {
                    (number, try await client.verdict(number.isMultiple(of: 2) ? "correct horse" : "wrong"))
                }
            }
            for try await (number, verdict) in group {
                #expect(verdict == (number.isMultiple(of: 2) ? .accepted : .refused(code: 7, phase: .authentication)))
            }
        }
    }

    @Test("no socket, no worker, and somebody else's socket are \"try again later\", not a wrong password")
    func noWorker() async throws {
        let client = PAMClient(configuration: .init(socketPath: "/nonexistent/pam.sock"))
        await #expect(throws: PAMClientError.self) { try await client.begin("x") }
        guard case .unknown = await client.checkService() else {
            Issue.record("without a worker nothing is known of the service file")
            return
        }
    }

    @Test("a missing or writable service file is said, and never answered as a wrong password")
    func serviceFile() async throws {
        let host = try await WorkerHost(stack: "auth required TEST ask\n\(Self.account)")
        let client = host.client()
        let path = host.directory.appendingPathComponent("pam.d/bridge").path
        #expect(await client.checkService() == .present(path: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
        guard case .unsafe = await client.checkService() else {
            Issue.record("others may write it")
            return
        }
        try FileManager.default.removeItem(atPath: path)
        #expect(await client.checkService() == .missing(path: path))
        guard case .unavailable(let reason) = try await client.verdict("correct horse") else {
            Issue.record("a missing service file must not be a verdict on the password")
            return
        }
        #expect(reason.contains(path))
    }
}

import Foundation
import JupyterHubClient
import Testing

/// Hubs that are away, broken, or none at all.
@Suite("The client and hubs that are none")
struct StrangeHubTests {
    private static let token = "0123456789abcdef0123456789abcdef"

    private func client(port: Int, timeLimit: Duration = .seconds(5)) throws -> JupyterHubClient {
        let file = NSTemporaryDirectory() + UUID().uuidString
        defer { unlink(file) }
        try Data("\(Self.token)\n".utf8).write(to: URL(fileURLWithPath: file))
        chmod(file, 0o600)
        return try JupyterHubClient(
            .init(api: "http://127.0.0.1:\(port)/hub/api", tokenFile: file, timeLimit: timeLimit)
        )
    }

    /// What listing people ends in.
    private func problem(
        of behaviour: TCPDouble.Behaviour,
        then next: TCPDouble.Behaviour? = nil,
        timeLimit: Duration = .seconds(5)
    ) async throws -> HubError? {
        try await TCPDouble.with(behaviour, next ?? behaviour) { double in
            let client = try client(port: double.port, timeLimit: timeLimit)
            var problem: HubError?
            do throws(HubError) { _ = try await client.users() } catch { problem = error }
            await client.shutdown()
            #expect(problem.map { !"\($0)".contains(Self.token) } ?? true)
            return problem
        }
    }

    private static func answer(_ body: String, status: String = "200 OK", headers: String = "") -> TCPDouble.Behaviour {
        .say("HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    private static let nobody = answer(
        #"{"items": [], "_pagination": {"offset": 0, "limit": 200, "total": 0, "next": null}}"#
    )

    @Test("a hub that is away is unreachable, and said so at once")
    func away() async throws {
        // Nothing listens on a port that was just closed.
        let port = try await TCPDouble.with(.silence) { $0.port }
        let client = try client(port: port, timeLimit: .seconds(60))
        let begin = ContinuousClock.now
        await #expect { try await client.version() } throws: { error in
            guard case .unreachable(let address, let reason)? = error as? HubError else { return false }
            return address == "http://127.0.0.1:\(port)/hub/api" && reason.contains("refused")
        }
        #expect(ContinuousClock.now - begin < .seconds(5))
        await client.shutdown()
    }

    @Test("a connection that is lost is tried once more, not twice")
    func lost() async throws {
        #expect(try await problem(of: .hangUp, then: Self.nobody) == nil)
        guard case .unreachable? = try await problem(of: .hangUp) else {
            Issue.record("two lost connections are too many")
            return
        }
    }

    @Test("what is no HTTP, no JSON, or of another shape is garbled")
    func garbage() async throws {
        for body in ["<html>", "", "[]", #"{"items": 3}"#, #"{"items": [{"name": 7}], "_pagination": {"next": null}}"#]
        {
            guard case .garbled? = try await problem(of: Self.answer(body)) else {
                Issue.record("\(body)")
                continue
            }
        }
        guard case .garbled? = try await problem(of: .say("SSH-2.0-OpenSSH_9.9\r\n", close: false)) else {
            Issue.record("no HTTP")
            return
        }
    }

    @Test("pages that lead nowhere end")
    func circle() async throws {
        let page = #"{"items": [], "_pagination": {"offset": 0, "limit": 1, "total": 9, "next": {"offset": 1}}}"#
        guard case .garbled? = try await problem(of: Self.answer(page)) else {
            Issue.record("endless")
            return
        }
    }

    @Test("an answer without end is cut at its size, whatever it announces")
    func huge() async throws {
        for length in ["Content-Length: 99999999999\r\n", ""] {
            guard
                case .garbled(_, let reason)? = try await problem(
                    of: .flood("HTTP/1.1 200 OK\r\n\(length)\r\n"),
                    timeLimit: .seconds(60)
                )
            else {
                Issue.record("not cut")
                continue
            }
            #expect(reason.contains("8 MiB"))
        }
    }

    @Test("silence and a trickle end at the time limit")
    func slow() async throws {
        for behaviour in [TCPDouble.Behaviour.silence, .drip("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")] {
            guard case .unreachable(_, let reason)? = try await problem(of: behaviour, timeLimit: .seconds(1)) else {
                Issue.record("waits")
                continue
            }
            #expect(reason == "no answer within 1 s")
        }
    }

    @Test("a redirect is not followed: the token goes nowhere else")
    func redirect() async throws {
        try await TCPDouble.with(Self.nobody) { elsewhere in
            let header = "Location: http://127.0.0.1:\(elsewhere.port)/\r\n"
            let problem = try await problem(of: Self.answer("", status: "302 Found", headers: header))
            #expect(problem == .unexpected(call: "GET /users", status: 302, message: ""))
        }
    }

    @Test("the hub's own message is passed on, on one line and without the token")
    func message() async throws {
        let body = #"{"status": 500, "message": "no\n\u001b[31m room for \#(Self.token)"}"#
        let problem = try await problem(of: Self.answer(body, status: "500 Oops"))
        #expect(problem == .unexpected(call: "GET /users", status: 500, message: "no  [31m room for …"))
    }

    @Test("a hub without our authenticator is told apart")
    func notOurs() async throws {
        try await TCPDouble.with(Self.answer(#"{"status": 404, "message": "Not Found"}"#, status: "404 Not Found")) {
            double in
            let client = try client(port: double.port)
            await #expect(throws: HubError.notOurs(address: "http://127.0.0.1:\(double.port)/hub/api")) {
                try await client.settle(["a"])
            }
            await client.shutdown()
        }
    }

    @Test("nothing prints the token")
    func secrecy() async throws {
        let client = try client(port: 1)
        var dumped = ""
        dump(client, to: &dumped)
        #expect(!(dumped + "\(client)" + String(reflecting: client)).contains(Self.token))
        await client.shutdown()
    }
}

import Foundation
import TestSupport
import Testing

@testable import PortainerClient

@Suite("What Portainer answers when it does not do what it is asked")
struct StrangeAnswerTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try write("ptr_abcdefghijkl\n", to: "api.key")
        try write("a password of some length\n", to: "admin.password")
    }

    private func write(_ text: String, to name: String, mode: mode_t = 0o600) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: directory.path(name)))
        chmod(directory.path(name), mode)
    }

    private func with(
        _ answers: String...,
        body: (PortainerClient) async throws -> Void
    ) async throws {
        // More connections than answers get the last one.
        let padded = answers + Array(repeating: answers.last ?? "", count: max(0, 5 - answers.count))
        try await TCPDouble.with(padded[0], padded[1], padded[2], padded[3], padded[4]) { double in
            let client = try PortainerClient(
                .init(
                    url: double.url,
                    keyFile: directory.path("api.key"),
                    passwordFile: directory.path("admin.password"),
                    timeLimit: .seconds(5)
                )
            )
            do { try await body(client) } catch {
                await client.shutdown()
                throw error
            }
            await client.shutdown()
        }
    }

    private func failure(_ work: () async throws(PortainerError) -> Void) async -> PortainerError? {
        do throws(PortainerError) {
            try await work()
            return nil
        } catch {
            return error
        }
    }

    @Test("a Portainer that was never set up says so, and what helps")
    func setupTimedOut() async throws {
        try await with(answer("303 See Other", headers: "redirect-reason: AdminInitTimeout\r\n")) { client in
            let error = await failure { () throws(PortainerError) in _ = try await client.status() }
            #expect(error.map { "\($0)" }?.contains("--admin-password-file") == true)
        }
    }

    @Test("one without an administrator is told from one with another password")
    func noAdministrator() async throws {
        try FileManager.default.removeItem(atPath: directory.path("api.key"))
        try await with(answer("404 Not Found", #"{"message":"No administrator account found"}"#)) { client in
            let error = await failure { () throws(PortainerError) in _ = try await client.users() }
            guard case .noAdministrator = error else { return #expect(Bool(false), "\(String(describing: error))") }
        }
    }

    @Test("a ban is explained")
    func banned() async throws {
        try FileManager.default.removeItem(atPath: directory.path("api.key"))
        try await with(answer("204 No Content"), answer("403 Forbidden", #"{"message":"Access denied"}"#)) { client in
            let error = await failure { () throws(PortainerError) in _ = try await client.users() }
            guard case .banned = error else { return #expect(Bool(false), "\(String(describing: error))") }
            #expect(error.map { "\($0)" }?.contains("for an hour") == true)
        }
    }

    @Test("its own words are in the error, on one line")
    func words() async throws {
        let body = #"{"message":"Unable to persist\u001b[2J","details":"disk\nfull"}"#
        try await with(answer("500 Internal Server Error", body)) { client in
            let error = await failure { () throws(PortainerError) in _ = try await client.createTeam("x") }
            #expect(
                error.map { "\($0)" } == "Portainer answered POST /api/teams with 500: Unable to persist [2J: disk full"
            )
        }
    }

    @Test("part of a list is no list", arguments: ["X-Total-Count: 2\r\n"])
    func partialList(header: String) async throws {
        let body = #"[{"Id":1,"Name":"a","Type":1}]"#
        try await with(answer("200 OK", body, headers: header)) { client in
            let error = await failure { () throws(PortainerError) in _ = try await client.environments() }
            #expect(error == .garbled(call: "GET /api/endpoints", reason: "it holds 1 of 2"))
        }
    }

    @Test("null is a list of none, and unknown members of any kind are passed over")
    func leniency() async throws {
        try await with(answer("200 OK", "null")) { client in
            let users = try await client.users()
            #expect(users.isEmpty)
        }
        let body = """
            [{"Id":7,"Name":"diycloud-ada","Type":1,"URL":"tcp://x:1","TLSConfig":{"TLS":true,"New":[1]},"Status":2,
            "UserAccessPolicies":{"4":{"RoleId":0}},"TeamAccessPolicies":null,
            "SecuritySettings":{"allowBindMountsForRegularUsers":true,"new":{"a":1}},"Edge":{}}]
            """
        try await with(answer("200 OK", body)) { client in
            let found = try #require(try await client.environments().first)
            #expect(found.users == [4])
            #expect(found.isDown)
            #expect(found.switches == [.bindMounts: true])
        }
    }

    @Test(
        "what is no JSON, no HTTP, or no Portainer is told as that",
        arguments: ["<html>", "{}", #"{"Version":"x","InstanceID":""}"#]
    )
    func garbled(body: String) async throws {
        try await with(answer("200 OK", body)) { client in
            let error = await failure { () throws(PortainerError) in _ = try await client.status() }
            guard case .garbled = error else { return #expect(Bool(false), "\(String(describing: error))") }
        }
    }

    @Test("a version whose API is another is refused")
    func tooOld() async throws {
        try await with(answer("200 OK", #"{"Version":"2.19.5","InstanceID":"a"}"#)) { client in
            let error = await failure { () throws(PortainerError) in _ = try await client.status() }
            #expect(error == .tooOld(version: "2.19.5", minimum: "2.20.0"))
        }
    }

    @Test("a secret that others can read is not used, and none is ever printed")
    func secrets() async throws {
        try write("ptr_abcdefghijkl\n", to: "api.key", mode: 0o644)
        try await with(answer("200 OK", "[]")) { client in
            let error = await failure { () throws(PortainerError) in _ = try await client.users() }
            #expect(error.map { "\($0)" }?.contains("chmod 600") == true)
        }
        var text = ""
        dump(PortainerSecret("ptr_abcdefghijkl"), to: &text)
        #expect(!text.contains("ptr_") && !"\(PortainerSecret("ptr_x"))".contains("ptr_"))
    }

    @Test(
        "the key does not travel over a network in the clear",
        arguments: ["http://10.0.0.1:9000", "ftp://127.0.0.1", "http://a@127.0.0.1", ""]
    )
    func address(url: String) {
        #expect(throws: PortainerError.self) { try PortainerClient(.init(url: url)) }
    }
}

import Foundation
import JupyterHubClient
import TestProcesses
import Testing

/// The real hub that the tests of this room share: started by the first, ended with the process.
final class HubStage: Sendable {
    static let api = "http://127.0.0.1:8081/jupyter/hub/api"
    private static let shared = Result { try HubStage() }

    /// Its directory: token files, and the people whom the bridge knows.
    let place: String
    private let launcher: TestProcess
    /// Open as long as the hub shall run.
    private let leash: Int32

    struct Failure: Error {
        let text: String
    }

    static func running() throws -> HubStage { try shared.get() }

    private init() throws {
        place = NSTemporaryDirectory() + "hub-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        for name in ["sync", "half", "outside", "unknown"] {
            try Self.write(
                String((0..<64).map { _ in "0123456789abcdef".randomElement() ?? "0" }) + "\n",
                to: "\(place)/\(name).token"
            )
        }
        try Self.write("{}", to: "\(place)/people.json")
        var (input, output): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
        guard pipe(&input) == 0, pipe(&output) == 0 else { throw Failure(text: "pipe") }
        // Or the launcher would hold its own leash.
        for descriptor in input + output { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Support/hub.py"
        launcher = try TestProcess(
            ["/var/cache/diycloud-bridge/venv-hub/bin/python", script, place],
            input: input[0],
            output: output[1]
        )
        leash = input[1]
        close(input[0])
        close(output[1])
        var said = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !said.hasSuffix("ready\n") {
            let count = read(output[0], &buffer, buffer.count)
            guard count > 0 else { throw Failure(text: "the hub does not start (make hub-environment?): \(said)") }
            said += String(decoding: buffer.prefix(count), as: UTF8.self)
        }
    }

    /// A client with the token of a service, closed afterwards.
    func with<Value>(
        _ service: String = "sync",
        stopLimit: Duration = .seconds(20),
        _ body: (JupyterHubClient) async throws -> Value
    ) async throws -> Value {
        let client = try JupyterHubClient(
            .init(api: Self.api, tokenFile: "\(place)/\(service).token", stopLimit: stopLimit)
        )
        do {
            let value = try await body(client)
            await client.shutdown()
            return value
        } catch {
            await client.shutdown()
            throw error
        }
    }

    /// Whom the bridge knows from now on, by name: with which role, and whether it lets them in.
    func bridgeKnows(_ people: [String: (role: String, active: Bool)]) throws {
        let entries = people.map { #""\#($0)": {"role": "\#($1.role)", "active": \#($1.active)}"# }
        try Self.write("{\(entries.joined(separator: ","))}", to: "\(place)/people.json")
    }

    /// A call by a service that may do nearly everything, or with a person's own token.
    func call(_ method: String, _ path: String, body: String = "", token: String? = nil) throws -> (
        status: Int, body: String
    ) {
        let outside = try String(contentsOfFile: "\(place)/outside.token", encoding: .utf8)
        let token = token ?? outside.trimmingCharacters(in: .whitespacesAndNewlines)
        let (_, output) = try TestProcess.run(
            [
                "curl", "-s", "-X", method, "-d", body, "-w", "\n%{http_code}", "-H", "Authorization: token \(token)",
                Self.api + path,
            ]
        )
        let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
        return (Int(lines.last ?? "") ?? 0, lines.dropLast().joined(separator: "\n"))
    }

    /// A token of a person, for as long as nobody takes it away.
    func token(of name: String) throws -> String {
        let answer = try call("POST", "/users/\(name)/tokens")
        struct Token: Decodable { let token: String }
        return try JSONDecoder().decode(Token.self, from: Data(answer.body.utf8)).token
    }

    private static func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        chmod(path, 0o600)
    }
}

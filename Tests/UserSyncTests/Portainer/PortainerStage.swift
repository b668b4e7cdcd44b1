import Foundation
import Identity
import PortainerClient
import SyncReport
import TestProcesses
import TestSupport
import UserSync

/// Portainer's double with a Docker engine behind it, the files that a run reads, and a client. Everything ends with the value.
final class PortainerStage: Sendable {
    let directory: TemporaryDirectory
    let client: PortainerClient
    let goal: PortainerGoal
    let url: String
    private let generation: String
    private let engine: Program
    private let portainer: Held

    static let python = "/var/cache/diycloud-bridge/venv-test/bin/python"
    private static let place =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path + "/Portainer"

    /// A program that says in its first line where it listens, and ends with the value.
    final class Program: Sendable {
        let port: Int
        private let process: TestProcess

        struct Failure: Error { let said: String }

        init(_ arguments: [String]) throws {
            var pair: [Int32] = [-1, -1]
            guard pipe(&pair) == 0 else { throw Failure(said: "pipe") }
            // Or programs that are started meanwhile would hold it open.
            for descriptor in pair { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
            process = try TestProcess(arguments, output: pair[1])
            close(pair[1])
            var said: [UInt8] = []
            var byte: UInt8 = 0
            while read(pair[0], &byte, 1) == 1, byte != 10 { said.append(byte) }
            let text = String(decoding: said, as: UTF8.self)
            // What it says later goes nowhere, and must not stop it.
            let descriptor = pair[0]
            Thread.detachNewThread {
                var buffer = [UInt8](repeating: 0, count: 4096)
                while read(descriptor, &buffer, buffer.count) > 0 {}
                close(descriptor)
            }
            guard let port = text.split(whereSeparator: { $0 == ":" || $0 == " " }).last.flatMap({ Int($0) }) else {
                process.signal(SIGKILL)
                process.wait()
                throw Failure(said: text)
            }
            self.port = port
        }

        deinit {
            process.signal(SIGKILL)
            process.wait()
        }
    }

    /// The Portainer that runs just now.
    private actor Held {
        var program: Program?
        init(_ program: Program) { self.program = program }
        func replace(_ start: () throws -> Program) throws {
            program = nil
            program = try start()
        }
        func end() { program = nil }
    }

    init(_ generation: String = "2.23", people: [String] = ["ada", "bob", "root-ish"]) throws {
        self.generation = generation
        directory = try TemporaryDirectory()
        let root = directory.root
        try TestProcess.shell(
            """
            set -e; umask 077; cd \(root); mkdir clients templates secret data
            openssl ecparam -name prime256v1 -genkey -noout -out ca.key 2>/dev/null
            openssl req -x509 -new -key ca.key -subj /CN=ca -days 2 -out ca.pem 2>/dev/null
            printf 'subjectAltName=IP:127.0.0.1' > san
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout server.key -subj /CN=server \
              -out server.csr 2>/dev/null
            openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -days 2 -extfile san -out server.pem 2>/dev/null
            openssl rand -hex 24 > admin.password; openssl rand -hex 32 > oauth.secret
            printf 'services:\\n  web:\\n    image: nginx:1.27\\n' > templates/web.compose.yaml
            printf '[{"title":"Web server","description":"Serves files","file":"web.compose.yaml"}]' > templates/custom.json
            """
        )
        engine = try Program([Self.python, "\(Self.place)/small_engine.py", root])
        let portainer = try Self.start(generation, root, port: 0)
        self.portainer = Held(portainer)
        url = "http://127.0.0.1:\(portainer.port)"
        client = try PortainerClient(
            .init(
                url: url,
                keyFile: "\(root)/secret/api.key",
                passwordFile: "\(root)/admin.password",
                creationPause: .zero
            )
        )
        goal = PortainerGoal(
            settings: PortainerSettings(
                oauth: PortainerOAuth(
                    authorizationURI: "https://cloud.example.org/login",
                    accessTokenURI: "http://127.0.0.1:8474/oauth/token",
                    resourceURI: "http://127.0.0.1:8474/oauth/user",
                    redirectURI: "https://cloud.example.org/portainer/",
                    logoutURI: "https://cloud.example.org/logout/done"
                ),
                session: .seconds(8 * 3600),
                snapshotInterval: .seconds(900),
                templatesURL: "http://127.0.0.1:8474/templates.json"
            ),
            clientSecretFile: "\(root)/oauth.secret",
            ledgerFile: "\(root)/secret/uploads.json",
            certificates: root,
            templates: "\(root)/templates",
            environmentURL: "tcp://127.0.0.1:\(engine.port)"
        )
        for name in people { try issue(name) }
    }

    /// Gives a person a certificate, another one each time.
    func issue(_ name: String) throws {
        try TestProcess.shell(
            """
            set -e; umask 077; cd \(directory.root)
            openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout clients/\(name).key \
              -subj /CN=\(name) -out client.csr 2>/dev/null
            openssl x509 -req -in client.csr -CA ca.pem -CAkey ca.key -days 2 -out clients/\(name).pem 2>/dev/null
            """
        )
    }

    private static func start(_ generation: String, _ root: String, port: Int) throws -> Program {
        try Program([
            "env", "-C", place, python, "-u", "-m", "double", "--data", "\(root)/data", "--port", "\(port)",
            "--generation",
            generation, "--admin-password-file", "\(root)/admin.password",
        ])
    }

    func restart() async throws {
        let port = Int(url.split(separator: ":").last ?? "") ?? 0
        try await portainer.replace { try Self.start(generation, directory.root, port: port) }
    }

    func end() async { await portainer.end() }

    /// Who called the engine so far: names and serials.
    var callers: [String] {
        ((try? directory.text(of: "callers")) ?? "").split(separator: "\n").map(String.init)
    }

    /// Whether the engine answers.
    func shut(_ isShut: Bool) throws {
        if isShut {
            _ = FileManager.default.createFile(atPath: directory.path("shut"), contents: nil)
        } else {
            try FileManager.default.removeItem(atPath: directory.path("shut"))
        }
    }

    private struct Request: Decodable {
        let method: String
        let path: String
    }

    /// What Portainer was asked so far that changes something, sign-ins included.
    var writes: [String] {
        ((try? directory.text(of: "data/requests.jsonl")) ?? "").split(separator: "\n").compactMap { line in
            guard let request = try? JSONDecoder().decode(Request.self, from: Data(line.utf8)), request.method != "GET"
            else { return nil }
            return "\(request.method) \(request.path)"
        }
    }

    /// What a careful client would not do.
    var remarks: [String] {
        ((try? directory.text(of: "data/remarks.jsonl")) ?? "").split(separator: "\n").map(String.init)
    }

    // MARK: Runs

    func reconciler(_ desired: DesiredState, by directory: (any PortainerDirectory)? = nil) -> Reconciler {
        var parts = SimulatedHost(.init(), desired: desired).parts
        parts.portainer = .directory(directory ?? client, goal)
        return Reconciler(parts: parts)
    }

    /// Plans and does, Portainer alone.
    @discardableResult
    func run(
        _ desired: DesiredState,
        by directory: (any PortainerDirectory)? = nil,
        allowsMass: Bool = false
    ) async -> SyncOutcome {
        let scope = SyncScope(areas: [.portainer], allowsMassDisable: allowsMass)
        return await reconciler(desired, by: directory).reconcile(desired, scope: scope).outcome
    }
}

import Foundation
import Identity
import PAMClient
import PAMProtocol
import TestProcesses
import Testing

/// Real workers under a real root parent, in a mount namespace of their own with an overlay over /etc and a private directory of PAM
/// service files. Nothing of this machine's accounts or PAM stacks is touched.
final class WorkerHost: Sendable {
    /// A directory that root alone may write and everybody may read.
    let directory: URL
    private let process: TestProcess

    var processIdentifier: Int32 { process.processIdentifier }

    var socketPath: String { directory.appendingPathComponent("pam.sock").path }

    /// - Parameters:
    ///   - stack: the lines of the service file `bridge`; `TEST` stands for the test module, `DIR` for ``directory``.
    ///   - setup: shell commands in the namespace, as root, before the host starts.
    ///   - limits: step and conversation limit of the workers in milliseconds.
    init(stack: String, setup: String = "", limits: (step: Int, conversation: Int) = (10_000, 10_000)) async throws {
        directory = URL(fileURLWithPath: "/tmp/bridge-pam-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory.path)
        let services = directory.appendingPathComponent("pam.d")
        try FileManager.default.createDirectory(at: services, withIntermediateDirectories: true)
        let text = stack.replacing("TEST", with: try TestModule.path.get()).replacing("DIR", with: directory.path)
        try Data((text + "\n").utf8).write(to: services.appendingPathComponent("bridge"))
        try Data("the secret".utf8).write(to: directory.appendingPathComponent("secret"))
        let script = """
            set -e
            mkdir -p "$1/overlay"; mount -t tmpfs none "$1/overlay"; mkdir "$1/overlay/u" "$1/overlay/w"
            mount -t overlay -o "lowerdir=/etc,upperdir=$1/overlay/u,workdir=$1/overlay/w" overlay /etc
            getent passwd bridge-test >/dev/null || useradd --system --no-create-home bridge-test
            DIR=$1
            \(setup)
            exec "$2" host bridge-test "$1/pam.sock" "$1/secret" bridge "$1/pam.d" "$3" "$4"
            """
        let log = open(directory.appendingPathComponent("log").path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        defer { close(log) }
        process = try TestProcess(
            [
                "unshare", "-m", "--propagation", "private", "bash", "-c", script, "host", directory.path,
                TestProcess.built("worker-host"), String(limits.step), String(limits.conversation),
            ],
            output: log
        )
        try await waitUntilReady()
    }

    deinit {
        process.signal(SIGTERM)
        process.wait()
        try? FileManager.default.removeItem(at: directory)
    }

    /// What the host and its child printed.
    var log: String { (try? String(contentsOf: directory.appendingPathComponent("log"), encoding: .utf8)) ?? "" }

    func client(workers: Int = 2, queueLimit: Int = 64, waitingLimit: Int = 64, stepLimit: Duration = .seconds(10))
        -> PAMClient
    {
        PAMClient(
            configuration: .init(
                socketPath: socketPath,
                workers: workers,
                queueLimit: queueLimit,
                waitingLimit: waitingLimit,
                stepLimit: stepLimit
            )
        )
    }

    /// Runs a command in the namespace.
    func run(_ command: String) throws {
        try TestProcess.shell("nsenter -t \(processIdentifier) -m bash -c 'set -e; \(command)'")
    }

    private func waitUntilReady() async throws {
        // The child reports its parent last, and the socket is there before the child.
        guard try await eventually({ log.contains("Parent: ") || kill(processIdentifier, 0) != 0 }),
            log.contains("Parent: ")
        else {
            throw HostDidNotStart(log: log)
        }
    }
}

struct HostDidNotStart: Error {
    let log: String
}

extension PAMClient {
    /// Signs `alice` in.
    func begin(_ password: String, as name: String = "alice") async throws -> (PAMConversation?, ConversationStep) {
        try await begin(user: try UserName(name), password: password, client: try #require(ClientAddress("192.0.2.7")))
    }

    /// Signs in where no question is expected.
    func verdict(_ password: String, as name: String = "alice") async throws -> PAMVerdict {
        let (_, step) = try await begin(password, as: name)
        guard case .finished(let verdict, _) = step else { throw UnexpectedStep(step: step) }
        return verdict
    }
}

struct UnexpectedStep: Error {
    let step: ConversationStep
}

extension ConversationStep {
    /// The texts of the prompts that want an answer.
    var prompts: [String] {
        guard case .questions(let questions, _) = self else { return [] }
        return questions.filter(\.wantsAnswer).map(\.text)
    }

    var purpose: ConversationPurpose? {
        guard case .questions(_, let purpose) = self else { return nil }
        return purpose
    }

    var verdict: PAMVerdict? {
        guard case .finished(let verdict, _) = self else { return nil }
        return verdict
    }

    /// Infos and errors, wherever they travel.
    var notices: [String] {
        switch self {
        case .questions(let questions, _): questions.filter { !$0.wantsAnswer }.map(\.text)
        case .finished(_, let notices): notices.map(\.text)
        }
    }
}

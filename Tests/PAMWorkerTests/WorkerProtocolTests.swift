import Foundation
import Identity
import PAMProtocol
import TestProcesses
import Testing

@testable import PAMWorker

@Suite("The worker's table of requests")
struct RequestTableTests {
    @Test("each request is allowed in its own state and in no other")
    func table() throws {
        let user = try UserName("alice")
        let begin = PAMRequest.begin(SignInRequest(user: user, password: try Secret("x"), client: .local))
        let answers = PAMRequest.answers([try Secret("1")])
        let first = PAMRequest.setFirstPassword(user: user, password: try Secret("x"))
        let all: [PAMRequest] = [begin, answers, .cancel, .inspect([user]), .probeService, first]
        func allowed(_ state: WorkerState) -> [PAMRequest] { all.filter { RequestTable.allows($0, in: state) } }
        #expect(allowed(.start) == [begin, .inspect([user]), .probeService, first])
        #expect(allowed(.asking(answers: 1)) == [answers, .cancel])
        #expect(allowed(.asking(answers: 2)) == [.cancel])
        #expect(allowed(.inspecting(rounds: 1)) == [.inspect([user])])
        #expect(allowed(.inspecting(rounds: RequestTable.maximumInspections)).isEmpty)
        #expect(allowed(.finished).isEmpty)
    }

    @Test(
        "only plain lower-case names are PAM services",
        arguments: ["", ".", "..", "../shadow", "a/b", "a b", "A", "x\n", ".hidden", String(repeating: "x", count: 65)]
    )
    func serviceNames(name: String) {
        #expect(!WorkerProcess.isServiceName(name))
        #expect(WorkerProcess.isServiceName("diycloud-bridge"))
    }
}

@Suite("The worker process", .enabled(if: isRoot, "workers are root's"))
struct WorkerProtocolTests {
    private static let product =
        ProcessInfo.processInfo.environment["DIYCLOUD_BRIDGE_EXECUTABLE"] ?? TestProcess.built("diycloud-bridge")

    /// The tests' own executable, and the real one.
    private static let commands: [[String]] = {
        var commands = [[TestProcess.built("worker-host"), "pam-worker", "bridge", "/nonexistent", "2000", "2000"]]
        let configuration = FileManager.default.temporaryDirectory.appendingPathComponent("pam-worker-tests.yaml").path
        let text = "user: mail\npam:\n  service: bridge\n  confdir: /nonexistent\n  step_limit: 2s\n"
        if FileManager.default.createFile(atPath: configuration, contents: Data(text.utf8)) {
            commands.append([product, "pam-worker", "--config", configuration])
        }
        return commands
    }()

    /// Sends bytes to a worker over an inherited socket and gives its exit status and what it answered.
    private func exchange(
        _ command: [String],
        _ bytes: [UInt8],
        as user: String? = nil,
        hangUp: Bool = true
    ) throws -> (status: Int32, answer: [UInt8]) {
        var pair: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &pair) == 0)
        defer { close(pair[0]) }
        let process = try TestProcess(
            ["bash", "-c", "exec 3<&0 </dev/null; exec \"$@\" 2>/dev/null", "worker"] + command,
            input: pair[1]
        )
        close(pair[1])
        if !bytes.isEmpty { try #require(write(pair[0], bytes, bytes.count) == bytes.count) }
        if hangUp { shutdown(pair[0], Int32(SHUT_WR)) }
        let status = process.wait()
        var answer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(pair[0], &answer, answer.count, Int32(MSG_DONTWAIT))
        return (status, Array(answer.prefix(max(0, count))))
    }

    @Test("hanging up before the first request is no fault", arguments: 0..<commands.count)
    func hangUp(command: Int) throws {
        let (status, answer) = try exchange(Self.commands[command], [])
        #expect(status == 0)
        #expect(answer.isEmpty)
    }

    @Test(
        "requests out of turn, garbage and endless lengths end the process without an answer",
        arguments: 0..<commands.count
    )
    func garbage(command: Int) throws {
        let answers = try #require(PAMRequest.answers([try Secret("1")]).frame())
        let cancel = try #require(PAMRequest.cancel.frame())
        let inputs: [[UInt8]] = [answers, cancel, [0xff, 0xff, 0xff, 0xff, 1], [0, 0, 0, 0], [0, 0, 0, 3, 9, 9, 9]]
        for input in inputs {
            let (status, answer) = try exchange(Self.commands[command], input)
            #expect(status == EX_PROTOCOL, "\(input)")
            #expect(answer.isEmpty)
        }
        #expect(try exchange(Self.commands[command], [0, 0, 1]).status == EX_IOERR)
    }

    @Test("the real worker refuses accounts below the configured minimum, whoever asks", arguments: [65534, 65535])
    func minimumUID(minimum: Int) throws {
        let configuration = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).yaml")
        let text = "user: mail\npam:\n  confdir: /nonexistent\nauthentication:\n  minimum_uid: \(minimum)\n"
        try Data(text.utf8).write(to: configuration)
        defer { try? FileManager.default.removeItem(at: configuration) }
        let nobody = SignInRequest(user: try UserName("nobody"), password: try Secret("x"), client: .local)
        let begin = try #require(PAMRequest.begin(nobody).frame())
        let refusal = PAMResponse.step(.finished(.refused(code: 10, phase: .authentication), notices: [])).frame()
        let (status, answer) = try exchange(
            [Self.product, "pam-worker", "--config", configuration.path],
            begin,
            hangUp: false
        )
        #expect(status == 0)
        #expect(!answer.isEmpty)
        // At the minimum itself the worker goes on to PAM, whose service file is missing here.
        #expect((answer == refusal) == (minimum > 65534))
    }

    @Test("a worker that is sent nothing ends by SIGKILL at its own limit", arguments: 0..<commands.count)
    func silence(command: Int) throws {
        let (status, _) = try exchange(Self.commands[command], [], hangUp: false)
        #expect(status == 128 + SIGKILL)
    }

    @Test("started by hand, the worker says who starts it")
    func byHand() throws {
        for command in Self.commands {
            let (status, text) = try TestProcess.run(
                ["bash", "-c", "exec 3</dev/null; exec \"$@\"", "worker"] + command
            )
            #expect(status == EX_USAGE)
            #expect(text.contains("diycloud-bridge-pam.socket"))
        }
    }

    @Test("the process of another user gets no word out of a worker")
    func stranger() async throws {
        let listener = "/tmp/bridge-pam-stranger-\(UUID().uuidString)"
        defer { unlink(listener) }
        // The worker sits behind a socket that anybody may connect to; the peer's uid is all that stands in the way.
        let script = """
            import os, socket, subprocess, sys
            s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); os.chmod(sys.argv[1], 0o777); s.listen()
            if os.fork() == 0:
                os.setgid(65534); os.setuid(65534)
                c = socket.socket(socket.AF_UNIX); c.connect(sys.argv[1]); c.sendall(bytes([0, 0, 0, 2, 1, 5]))
                try: got = len(c.recv(100))
                except ConnectionResetError: got = 0
                os._exit(got)
            c, _ = s.accept(); os.dup2(c.fileno(), 3)
            worker = subprocess.run(sys.argv[2:], pass_fds=[3], stderr=subprocess.DEVNULL).returncode
            os.close(3); c.close()
            print(worker, os.waitstatus_to_exitcode(os.wait()[1]))
            """
        for command in Self.commands {
            unlink(listener)
            let (_, text) = try TestProcess.run(["/usr/bin/python3", "-c", script, listener] + command)
            #expect(text == "\(EX_NOPERM) 0\n")
        }
    }
}

import Foundation
import Identity
import QuotaProtocol
import TestProcesses
import Testing
import WorkerFrames

@Suite("The quota worker's process")
struct QuotaWorkerTests {
    private static let foreseen = [TestProcess.built("worker-host"), "quota-worker"]

    /// The real program, with a configuration of its own.
    private static let real: [String] = {
        let configuration = FileManager.default.temporaryDirectory.appendingPathComponent("quota-worker-tests.yaml")
            .path
        let text = "user: mail\nauthentication:\n  minimum_uid: 60000\n"
        _ = FileManager.default.createFile(atPath: configuration, contents: Data(text.utf8))
        let product = ProcessInfo.processInfo.environment["DIYCLOUD_BRIDGE_EXECUTABLE"]
        return [product ?? TestProcess.built("diycloud-bridge"), "quota-worker", "--config", configuration]
    }()

    private static let commands = [foreseen, real]

    /// A worker and the other end of its connection.
    private final class Running {
        let socket: FrameSocket
        let process: TestProcess
        private var status: Int32?

        init(_ command: [String]) throws {
            var pair: [Int32] = [-1, -1]
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            try #require(socketpair(AF_UNIX, kind, 0, &pair) == 0)
            process = try TestProcess(
                ["bash", "-c", "exec 3<&0 </dev/null; exec \"$@\" 2>/dev/null", "worker"] + command,
                input: pair[1]
            )
            close(pair[1])
            socket = FrameSocket(descriptor: pair[0])
        }

        deinit {
            close(socket.descriptor)
            if status == nil { process.wait() }
        }

        func ask(_ uids: [UInt32]) throws -> QuotaResponse? {
            var frame = try #require(QuotaRequest(uids: uids).frame())
            try socket.send(&frame)
            return try socket.receive(before: .now + .seconds(20), QuotaResponse.init(payload:))
        }

        func send(_ bytes: [UInt8]) { _ = write(socket.descriptor, bytes, bytes.count) }

        func hangUp() { shutdown(socket.descriptor, Int32(SHUT_WR)) }

        func end() -> Int32 {
            let status = status ?? process.wait()
            self.status = status
            return status
        }
    }

    @Test(
        "one connection answers question after question, each uid in its place, and ends when the other side hangs up"
    )
    func questions() throws {
        let worker = try Running(Self.foreseen)
        for uids in [[1000], [], [1002, 1001, 1002], Array(1000..<1256)] as [[UInt32]] {
            let answer = try #require(try worker.ask(uids))
            #expect(answer.entries.map(\.uid) == uids)
            #expect(answer.entries.allSatisfy { $0.use.used == ByteCount(bytes: Int64($0.uid)) })
        }
        worker.hangUp()
        #expect(worker.end() == 0)
    }

    @Test("garbage, endless lengths, too many uids and a cut message end it without an answer", arguments: 0..<2)
    func garbage(command: Int) throws {
        let tooMany: [UInt8] = [0, 0, 4, 8, 1, 1, 1, 1] + [UInt8](repeating: 0, count: 1028)
        let inputs: [([UInt8], Int32)] = [
            ([0xff, 0xff, 0xff, 0xff, 1], EX_PROTOCOL), ([0, 0, 0, 0], EX_PROTOCOL),
            ([0, 0, 0, 3, 9, 9, 9], EX_PROTOCOL),
            ([0, 0, 0, 2, 1, 5], EX_PROTOCOL), (tooMany, EX_PROTOCOL), ([0, 0, 1], EX_IOERR),
        ]
        for (input, status) in inputs {
            let worker = try Running(Self.commands[command])
            worker.send(input)
            worker.hangUp()
            #expect(worker.end() == status, "\(input.prefix(8))")
            var byte: UInt8 = 0
            #expect(recv(worker.socket.descriptor, &byte, 1, Int32(MSG_DONTWAIT)) <= 0)
        }
    }

    @Test("of root's rights it keeps those to read quotas, and cannot get others back")
    func rights() throws {
        let said = try #require(try Running(Self.foreseen).ask([9])?.entries.first?.use.problem)
        let kept = "0000000000200004"
        #expect(
            said == "CapInh: 0000000000000000 CapPrm: \(kept) CapEff: \(kept) CapBnd: \(kept) NoNewPrivs: 1"
        )
    }

    @Test("the real program, too, keeps them in no thread")
    func realRights() throws {
        let worker = try Running(Self.real)
        _ = try worker.ask([0])
        let tasks = "/proc/\(worker.process.processIdentifier)/task"
        for task in try FileManager.default.contentsOfDirectory(atPath: tasks) {
            let status = try String(contentsOfFile: "\(tasks)/\(task)/status", encoding: .utf8)
            #expect(status.contains("CapEff:\t0000000000200004\n") && status.contains("NoNewPrivs:\t1\n"), "\(task)")
        }
    }

    @Test("a file system that does not answer costs the process its life, not the one who asked")
    func stuck() throws {
        let worker = try Running(Self.foreseen)
        #expect(try worker.ask([7]) == nil)
        #expect(worker.end() == 128 + SIGALRM)
    }

    @Test("the real worker says nothing of accounts below the minimum, nor of those that are not there")
    func realAnswers() throws {
        let worker = try Running(Self.real)
        let answer = try #require(try worker.ask([0, 59_999, 4_000_000_000, 65_534]))
        let problems = answer.entries.map { $0.use.problem ?? "" }
        #expect(problems[0].contains("authentication.minimum_uid") && problems[1].contains("minimum_uid"))
        #expect(problems[2] == "there is no Linux account with uid 4000000000")
        // `nobody` has a home that does not exist; whatever the host counts, the answer came.
        #expect(answer.entries[3].uid == 65_534)
        #expect(answer.entries.prefix(3).allSatisfy { $0.use.used == nil })
    }

    @Test("the process of another user gets no word out of it")
    func stranger() throws {
        let path = "/tmp/bridge-quota-stranger-\(UUID().uuidString)"
        defer { unlink(path) }
        let script = """
            import os, socket, subprocess, sys
            s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); os.chmod(sys.argv[1], 0o777); s.listen()
            if os.fork() == 0:
                os.setgid(65534); os.setuid(65534)
                c = socket.socket(socket.AF_UNIX); c.connect(sys.argv[1]); c.sendall(bytes([0, 0, 0, 4, 1, 1, 0, 0]))
                try: got = len(c.recv(100))
                except ConnectionResetError: got = 0
                os._exit(got)
            c, _ = s.accept(); os.dup2(c.fileno(), 3)
            worker = subprocess.run(sys.argv[2:], pass_fds=[3], stderr=subprocess.DEVNULL).returncode
            os.close(3); c.close()
            print(worker, os.waitstatus_to_exitcode(os.wait()[1]))
            """
        for command in Self.commands {
            unlink(path)
            let (_, text) = try TestProcess.run(["/usr/bin/python3", "-c", script, path] + command)
            #expect(text == "\(EX_NOPERM) 0\n")
        }
    }

    @Test("started by hand, it says who starts it")
    func byHand() throws {
        for command in Self.commands {
            let (status, text) = try TestProcess.run(
                ["bash", "-c", "exec 3</dev/null; exec \"$@\"", "worker"] + command
            )
            #expect(status == EX_USAGE)
            #expect(text.contains("diycloud-bridge-quota.socket"))
        }
    }
}

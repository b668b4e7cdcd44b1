import BridgeDatabase
import Foundation
import Glibc
import Identity
import Sessions
import StoreProtocol
import TestProcesses
import TestSupport
import Testing
import UserStore
import WorkerFrames

@Suite("The store worker's process")
struct StoreWorkerTests {
    private let place: StorePlace

    init() async throws { place = try await StorePlace() }

    private func bob() throws -> UserRecord { try place.person("bob") }

    @Test("an administrator's changes are made, after one copy of the store for the connection")
    func changes() async throws {
        let worker = try RunningStoreWorker(place)
        let token = try await place.signIn("ada")
        let quota = StoreChange.quota(cpuCores: 2.5, memory: .gibibytes(3), disk: nil, gpu: true)
        #expect(try worker.ask(token, "bob", quota) == .done)
        #expect(try worker.ask(token, "bob", .active(false)) == .done)
        let disk = Quota.platformDefault.disk
        #expect(try bob().quota == Quota(cpuCores: 2.5, memory: .gibibytes(3), disk: disk, gpu: true))
        #expect(try !bob().isActive)
        #expect(try worker.ask(token, "bob", .active(true)) == .done)
        #expect(try bob().isActive)
        worker.hangUp()
        #expect(worker.end() == 0)
        #expect(try place.backups().count == 1)
        #expect(worker.log.contains("ada (session "))
        #expect(worker.log.contains("for bob: switched off") && !worker.log.contains(token))
        #expect(try TestProcess.shell("stat -c '%U %a' \(place.store)") == "root 600\n")
    }

    @Test(
        "whoever is no administrator now changes nothing: no session, an old one, a user's, one of somebody switched off or degraded"
    )
    func strangers() async throws {
        let editor = UserStoreEditor(path: place.store)
        for name in ["off", "former"] { try editor.add(try UserName(name), role: .admin) }
        let tokens = [
            (SessionToken.random().cookieValue, StoreRefusal.notSignedIn),
            (try await place.signIn("ada", at: .now - 3 * 3600), .notSignedIn),
            (try await place.signIn("ada", at: .now - 13 * 3600), .notSignedIn),
            (try await place.ended("ada"), .notSignedIn),
            (try await place.signIn("bob"), .notAdministrator),
            // What the bridge database says of a role is worth nothing.
            (try await place.signIn("bob", role: .admin), .notAdministrator),
            (try await place.signIn("off"), .notAdministrator), (try await place.signIn("former"), .notAdministrator),
            (try await place.signIn("nobody-here"), .notAdministrator),
        ]
        try editor.setActive(false, of: "off")
        try editor.setRole(.user, of: "former")
        try TestProcess.shell("rm -r \(place.directory)/backups")
        let before = try place.bytes()
        let worker = try RunningStoreWorker(place)
        for (token, refusal) in tokens {
            guard case .refused(refusal, _) = try worker.ask(token, "bob", .active(false)) else {
                Issue.record("not refused as \(refusal)")
                continue
            }
        }
        #expect(try place.bytes() == before)
        #expect(try place.backups() == [])
        worker.hangUp()
        #expect(worker.end() == 0)
    }

    @Test("nobody switches themselves off, nor leaves the store without an administrator beyond doubt")
    func administrators() async throws {
        let worker = try RunningStoreWorker(place)
        let token = try await place.signIn("ada")
        guard case .refused(.ownAccount, _) = try worker.ask(token, "ada", .active(false)) else {
            Issue.record("switched themselves off")
            return
        }
        try UserStoreEditor(path: place.store).add(try UserName("eve"), role: .admin)
        // Odd, but an administrator: `eve` may act, and does not count as the one who is left.
        try place.sql("UPDATE users SET is_active = 'yes' WHERE username = 'eve'")
        let before = try place.bytes()
        let other = try await place.signIn("eve")
        guard case .refused(.lastAdministrator, let sentence) = try worker.ask(other, "ada", .active(false)) else {
            Issue.record("nobody is left")
            return
        }
        #expect(sentence.contains("last active administrator"))
        #expect(try place.bytes() == before)
        try place.sql("UPDATE users SET is_active = 1 WHERE username = 'eve'")
        #expect(try worker.ask(other, "ada", .active(false)) == .done)
        guard case .refused(.notAdministrator, _) = try worker.ask(token, "eve", .active(false)) else {
            Issue.record("a disabled administrator acts")
            return
        }
    }

    @Test("two administrators who switch each other off at the same moment do not both succeed", arguments: 0..<6)
    func race(round: Int) async throws {
        try UserStoreEditor(path: place.store).add(try UserName("eve"), role: .admin)
        let ada = try await place.signIn("ada")
        let eve = try await place.signIn("eve")
        let first = try RunningStoreWorker(place)
        let second = try RunningStoreWorker(place)
        try first.send(ada, "eve", .active(false))
        try second.send(eve, "ada", .active(false))
        let answers = [try first.answer(), try second.answer()]
        #expect(answers.count { $0 == .done } == 1, "\(answers)")
        #expect([try place.person("ada"), try place.person("eve")].count(where: \.isActive) == 1)
    }

    @Test("numbers that no quota can have, nothing to change and unknown people are refused")
    func values() async throws {
        let worker = try RunningStoreWorker(place)
        let token = try await place.signIn("ada")
        let before = try place.bytes()
        let bad: [StoreChange] = [
            .quota(cpuCores: .nan, memory: nil, disk: nil, gpu: nil),
            .quota(cpuCores: 0, memory: nil, disk: nil, gpu: nil),
            .quota(cpuCores: 4097, memory: nil, disk: nil, gpu: nil),
            .quota(cpuCores: nil, memory: ByteCount(bytes: 0), disk: nil, gpu: nil),
            .quota(cpuCores: nil, memory: nil, disk: ByteCount(bytes: .max), gpu: nil),
            .quota(cpuCores: nil, memory: nil, disk: nil, gpu: nil),
        ]
        for change in bad {
            guard case .refused(.badValue, _) = try worker.ask(token, "bob", change) else {
                Issue.record("\(change)")
                continue
            }
        }
        guard case .refused(.noSuchUser, _) = try worker.ask(token, "nobody-here", .active(true)) else {
            Issue.record("changed nobody")
            return
        }
        #expect(try place.bytes() == before)
    }

    @Test("a store or a database that cannot be used is said, and nothing is made in its place")
    func away() async throws {
        let token = try await place.signIn("ada")
        let worker = try RunningStoreWorker(place)
        rename(place.store, place.store + ".away")
        guard case .refused(.unavailable, let sentence) = try worker.ask(token, "bob", .active(false)) else {
            Issue.record("no store")
            return
        }
        #expect(sentence.contains("There is no user store"))
        #expect(access(place.store, F_OK) != 0)
        rename(place.store + ".away", place.store)
        // A link that the service's account may have made leads root nowhere.
        rename(place.database, place.database + ".away")
        symlink(place.store, place.database)
        guard case .refused(.unavailable, _) = try worker.ask(token, "bob", .active(false)) else {
            Issue.record("no database")
            return
        }
        #expect(try bob().isActive)
    }

    @Test("garbage, endless lengths and a cut message end it without an answer")
    func garbage() throws {
        let inputs: [([UInt8], Int32)] = [
            ([0xff, 0xff, 0xff, 0xff, 1], EX_PROTOCOL), ([0, 0, 0, 0], EX_PROTOCOL),
            ([0, 0, 0, 3, 9, 9, 9], EX_PROTOCOL), ([0, 0, 0, 2, 1, 5], EX_PROTOCOL), ([0, 0, 1], EX_IOERR),
        ]
        for (input, status) in inputs {
            let worker = try RunningStoreWorker(place)
            worker.write(input)
            worker.hangUp()
            #expect(worker.end() == status, "\(input.prefix(8))")
        }
    }

    @Test("of root's rights it keeps four, in every thread")
    func rights() async throws {
        let worker = try RunningStoreWorker(place)
        _ = try worker.ask(try await place.signIn("ada"), "bob", .active(true))
        let tasks = "/proc/\(worker.processIdentifier)/task"
        let kept = "00000000000000c3"
        let wanted = [
            "CapPrm:\t\(kept)", "CapEff:\t\(kept)", "CapBnd:\t\(kept)", "NoNewPrivs:\t1", "Uid:\t0\t0\t0\t0",
            "Gid:\t0\t0\t0\t0",
        ]
        for task in try FileManager.default.contentsOfDirectory(atPath: tasks) {
            let status = try String(contentsOfFile: "\(tasks)/\(task)/status", encoding: .utf8)
            for line in wanted { #expect(status.contains(line), "\(task): \(line)") }
        }
    }

    @Test("the process of another user gets no word out of it")
    func stranger() throws {
        let path = "/tmp/bridge-store-stranger-\(UUID().uuidString)"
        defer { unlink(path) }
        let script = """
            import os, socket, subprocess, sys
            s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); os.chmod(sys.argv[1], 0o777); s.listen()
            if os.fork() == 0:
                os.setgid(65534); os.setuid(65534)
                c = socket.socket(socket.AF_UNIX); c.connect(sys.argv[1]); c.sendall(bytes([0, 0, 0, 2, 1, 1]))
                try: got = len(c.recv(100))
                except ConnectionResetError: got = 0
                os._exit(got)
            c, _ = s.accept(); os.dup2(c.fileno(), 3)
            worker = subprocess.run(sys.argv[2:], pass_fds=[3], stderr=subprocess.DEVNULL).returncode
            os.close(3); c.close()
            print(worker, os.waitstatus_to_exitcode(os.wait()[1]))
            """
        let (_, text) = try TestProcess.run(["/usr/bin/python3", "-c", script, path] + place.command)
        #expect(text == "\(EX_NOPERM) 0\n")
    }

    @Test("started by hand, it says who starts it")
    func byHand() throws {
        let (status, text) = try TestProcess.run(
            ["bash", "-c", "exec 3</dev/null; exec \"$@\"", "worker"] + place.command
        )
        #expect(status == EX_USAGE)
        #expect(text.contains("diycloud-bridge-store.socket"))
    }
}

extension Int64 {
    fileprivate static var now: Int64 { Int64(time(nil)) }
}

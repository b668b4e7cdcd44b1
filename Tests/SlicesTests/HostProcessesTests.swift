import Glibc
import HostPrograms
import TestProcesses
import Testing

@testable import Slices

/// Real processes of uids that no account has.
@Suite("What people run, in whatever cgroup", .serialized)
struct HostProcessesTests {
    private static let nobody = CallerIdentity(cgroup: "", treeName: nil, logInUID: nil, sudo: nil, uid: 0)

    private func processes(
        _ layout: CgroupLayout = .none(reason: "a test"),
        minimumUID: UInt32 = 1000,
        caller: CallerIdentity = nobody
    ) -> HostProcesses {
        HostProcesses(layout: layout, minimumUID: minimumUID, programs: SystemPrograms(), caller: caller)
    }

    private func start(_ uid: UInt32, _ command: String, ruid: UInt32? = nil) throws -> TestProcess {
        #expect(getpwuid(uid) == nil, "uid \(uid) belongs to a real account")
        return try TestProcess([
            "setpriv", "--ruid=\(ruid ?? uid)", "--euid=\(uid)", "--regid=\(uid)", "--clear-groups", "bash", "-pc",
            command,
        ])
    }

    private func eventually(_ condition: () -> Bool) async -> Bool {
        for _ in 0..<500 {
            if condition() { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    private func lives(_ process: TestProcess) -> Bool { kill(process.processIdentifier, 0) == 0 }

    @Test("all of it ends although it is in no slice, in sessions of its own, and children of children; others go on")
    func stopped() async throws {
        let host = processes()
        let bob = try start(61_201, "setsid sleep 600 & (trap '' TERM HUP; sleep 600 & sleep 600) & wait")
        let eve = try start(61_202, "exec sleep 600")
        defer {
            eve.signal(SIGKILL)
            eve.wait()
        }
        #expect(await eventually { host.running(of: [61_201, 61_202]) == [61_201: 5, 61_202: 1] })
        try await host.stopEverything(of: 61_201)
        bob.wait()
        #expect(host.running(of: [61_201, 61_202]) == [61_202: 1])
        #expect(lives(eve))
    }

    @Test("so does what has another effective uid, and what hides behind a first thread that has ended")
    func hidden() async throws {
        let host = processes()
        let real = try start(61_204, "exec sleep 600", ruid: 61_203)
        let threads = """
            exec python3 -c 'import threading, time, ctypes
            threading.Thread(target=time.sleep, args=(600,)).start()
            ctypes.CDLL(None).pthread_exit(None)'
            """
        let headless = try start(61_203, threads.split(separator: "\n").map(String.init).joined(separator: "\n"))
        #expect(
            await eventually {
                let status = CgroupFile.text(of: "/proc/\(headless.processIdentifier)/status") ?? ""
                return status.contains("State:\tZ") && host.running(of: [61_203]) == [61_203: 2]
            }
        )
        try await host.stopEverything(of: 61_203)
        #expect(real.wait() == 128 + SIGKILL)
        #expect(headless.wait() == 128 + SIGKILL)
    }

    @Test("so does what forks as fast as it can")
    func forks() async throws {
        let host = processes()
        // Bounded by itself too: 20 chains of 2000 generations.
        let bomb = try start(
            61_205,
            "ulimit -u 200; f() { (( $1 < 2000 )) && { f $(( $1 + 1 )) & }; sleep 0.05; }; for i in {1..20}; do f 0 & done; wait"
        )
        #expect(await eventually { host.running(of: [61_205])[61_205] ?? 0 > 50 })
        try await host.stopEverything(of: 61_205)
        bomb.wait()
        try await Task.sleep(for: .milliseconds(300))
        #expect(host.running(of: [61_205]).isEmpty)
    }

    @Test("what root's container runs under the same number is somebody else's, and goes on")
    func container() async throws {
        let host = processes()
        let other = try TestProcess([
            "unshare", "--pid", "--fork", "setpriv", "--reuid=61206", "--regid=61206", "--clear-groups", "sleep", "600",
        ])
        func inside() -> pid_t? {
            CgroupFile.names(in: "/proc").lazy.compactMap { pid_t($0) }.first { process in
                (CgroupFile.text(of: "/proc/\(process)/status") ?? "").contains("Uid:\t61206\t")
            }
        }
        defer {
            if let process = inside() { kill(process, SIGKILL) }
            other.wait()
        }
        #expect(await eventually { inside() != nil })
        #expect(host.running(of: [61_206]).isEmpty)
        try await host.stopEverything(of: 61_206)
        #expect(inside() != nil)
    }

    @Test("in a user namespace of their own they cannot hide")
    func userNamespace() async throws {
        let host = processes()
        let bob = try start(61_207, "exec unshare --user --map-root-user --pid --fork --kill-child sleep 600")
        #expect(await eventually { host.running(of: [61_207])[61_207] ?? 0 >= 2 })
        try await host.stopEverything(of: 61_207)
        bob.wait()
        #expect(host.running(of: [61_207]).isEmpty)
    }

    @Test("nobody below the first uid of people is touched, nor whoever this process was called by")
    func refused() async throws {
        let system = try start(61_208, "exec sleep 600")
        defer {
            system.signal(SIGKILL)
            system.wait()
        }
        await #expect(throws: SliceError.self) { try await processes(minimumUID: 61_209).stopEverything(of: 61_208) }
        #expect(processes(minimumUID: 61_209).running(of: [61_208]).isEmpty)
        for caller in [
            CallerIdentity(cgroup: "", treeName: nil, logInUID: "61208\n", sudo: nil, uid: 0),
            CallerIdentity(cgroup: "", treeName: nil, logInUID: "4294967295", sudo: "61208", uid: 0),
            CallerIdentity(
                cgroup: "0::/user.slice/user-61208.slice/session-3.scope\n",
                treeName: nil,
                logInUID: nil,
                sudo: nil,
                uid: 0
            ),
            CallerIdentity(
                cgroup: "4:memory:/diycloud/user-61208/jupyter\n",
                treeName: "diycloud",
                logInUID: nil,
                sudo: nil,
                uid: 0
            ),
        ] {
            let host = processes(caller: caller)
            #expect(host.refusal(toStop: 61_208)?.contains("61208") == true)
            await #expect(throws: SliceError.self) { try await host.stopEverything(of: 61_208) }
        }
        #expect(lives(system))
        #expect(Self.nobody.evidence.isEmpty)
    }

    @Test("what is outside of the slice is told apart from what is in it")
    func outside() async throws {
        let layout = CgroupLayout.detect(
            controller: .cgroup,
            treeName: "diycloud-test-\(getpid())-outside",
            systemdDirectory: "/nonexistent"
        )
        let uid: UInt32 = 61_210
        let tree = CgroupTree(layout: layout)
        let limits = SliceLimits(
            cpuCores: 1,
            memoryMax: .mebibytes(64),
            memoryHigh: nil,
            swapMax: .mebibytes(0),
            tasksMax: 64
        )
        #expect(await tree.apply([uid: limits]) { _ in } == [uid: []])
        let host = processes(layout)
        let process = try start(uid, "exec sleep 600")
        #expect(await eventually { host.outside(of: [uid])[uid]?.program == "sleep" })
        #expect(host.outside(of: [uid])[uid]?.example == process.processIdentifier)
        #expect(host.outside(of: [uid])[uid]?.cgroup.hasPrefix("/") == true)
        for directory in layout.directories(of: uid) {
            #expect(CgroupFile.write("\(process.processIdentifier)", to: "\(directory)/cgroup.procs") == 0)
        }
        #expect(host.outside(of: [uid]).isEmpty)
        #expect(host.running(of: [uid]) == [uid: 1])
        try await host.stopEverything(of: uid)
        process.wait()
        _ = await tree.withdraw([uid])
        for directory in layout.directories(of: uid) { rmdir(String(directory.dropLast("/user-\(uid)".count))) }
    }

    @Test("further uids are somebody's only where one line alone has them")
    func subordinates() {
        let text = "bob:100000:65536\neve:165536:65536\nnina:200000:10\nlow:1000:5\nbad:1\n61201:4294967290:9\n"
        let spare = SubordinateUIDs(
            parsing: text,
            names: ["bob": 61_201, "eve": 61_202, "nina": 61_203, "low": 61_204]
        )
        #expect(spare.owner(of: [100_000, 165_535]) == 61_201)
        #expect(spare.owner(of: [100_000, 0]) == nil)
        #expect(spare.owner(of: [165_536]) == nil, "overlaps with nina's")
        #expect(spare.owner(of: [200_001]) == nil)
        #expect(spare.owner(of: [1001]) == nil)
        #expect(spare.owner(of: []) == nil)
    }
}

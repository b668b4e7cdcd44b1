import HostPrograms
import Identity
import Synchronization
import Testing

@testable import Slices

/// A `systemctl` that does what the test says.
final class ScriptedSystemctl: HostPrograms {
    private let calls = Mutex<[[String]]>([])
    private let act: @Sendable ([String]) throws(HostProgramError) -> ProgramResult

    init(_ act: @escaping @Sendable ([String]) throws(HostProgramError) -> ProgramResult) { self.act = act }

    var seen: [[String]] { calls.withLock { $0 } }

    func has(_ name: String) -> Bool { name == "systemctl" }

    func run(
        _ name: String,
        _ arguments: [String],
        input: String,
        timeLimit: Duration
    ) async throws(HostProgramError) -> ProgramResult {
        calls.withLock { $0.append(arguments) }
        return try act(arguments)
    }
}

@Suite("Slices of systemd")
struct SystemdSlicesTests {
    let scratch: Scratch
    let control: SystemdDropIns

    init() throws {
        scratch = try Scratch()
        control = SystemdDropIns(directory: scratch.path("control"))
    }

    private func slices(_ programs: ScriptedSystemctl) -> SystemdSlices {
        let parent = scratch.path("user.slice")
        let parents = Dictionary(uniqueKeysWithValues: CgroupController.allCases.map { ($0, parent) })
        return SystemdSlices(
            layout: .systemd(version: .v2, parents: parents),
            programs: programs,
            controlDirectory: control.directory,
            grace: .milliseconds(10)
        )
    }

    @Test("a handful of people is changed by set-property, and a second run changes nothing")
    func few() async throws {
        let control = control
        let systemctl = ScriptedSystemctl { arguments in
            #expect(
                arguments == [
                    "set-property", "user-1001.slice", "CPUQuota=150%", "MemoryMax=209715200", "MemoryHigh=infinity",
                    "MemorySwapMax=0", "TasksMax=100",
                ]
            )
            try? control.write(Samples.limits, for: 1001)
            return ProgramResult(status: 0)
        }
        let slices = slices(systemctl)
        #expect(await slices.apply([1001: Samples.limits]) { _ in } == [1001: []])
        #expect(await slices.apply([1001: Samples.limits]) { _ in } == [1001: []])
        #expect(systemctl.seen.count == 1)
        #expect(try slices.ourUIDs() == [1001])
    }

    @Test("many people are written as drop-ins with one reload")
    func many() async throws {
        let systemctl = ScriptedSystemctl { _ in ProgramResult(status: 0) }
        let slices = slices(systemctl)
        let wanted = Dictionary(uniqueKeysWithValues: (2000..<2500).map { (UInt32($0), Samples.limits) })
        let problems = await slices.apply(wanted) { _ in }
        #expect(problems.count == 500 && problems.values.allSatisfy(\.isEmpty))
        // And of the disk only this file system is waited for.
        #expect(systemctl.seen == [["-f", control.directory], ["daemon-reload"]])
        #expect(await slices.apply(wanted) { _ in }.values.allSatisfy(\.isEmpty))
        #expect(systemctl.seen.count == 2)
        #expect(try slices.ourUIDs().count == 500)
    }

    @Test("an exit status of 0 is no proof")
    func liar() async throws {
        let slices = slices(ScriptedSystemctl { _ in ProgramResult(status: 0) })
        #expect(await slices.apply([1001: Samples.limits]) { _ in }[1001]?.map(\.kind) == [.notConfigured])
    }

    @Test("what systemctl complained of is in the problem")
    func failure() async throws {
        let slices = slices(ScriptedSystemctl { _ in ProgramResult(status: 1, errors: "Access denied\n") })
        let problems = await slices.apply([1001: Samples.limits]) { _ in }[1001] ?? []
        #expect(problems.map(\.kind) == [.failed])
        #expect(problems.first?.reason.contains("Access denied") == true)
    }

    @Test("a slice that runs with other values than asked is never called applied")
    func notInForce() async throws {
        try control.write(Samples.limits, for: 1001)
        try scratch.makeSlice(
            "user.slice/user-1001.slice",
            cpu: "150000 100000",
            memory: "4294967296",
            swap: "0",
            tasks: "100"
        )
        let slices = slices(ScriptedSystemctl { _ in ProgramResult(status: 0) })
        let problems = await slices.apply([1001: Samples.limits]) { _ in }[1001] ?? []
        #expect(problems.map(\.limit) == [.memory])
        #expect(problems.first?.kind == .notInForce)
        #expect(problems.first?.reason.contains("4 GiB") == true)
    }

    @Test("half a set of drop-ins, left by a killed run, is completed")
    func halfWritten() async throws {
        try control.write(Samples.limits, for: 1001)
        _ = try #require(scratch.text(of: "control/user-1001.slice.d/50-TasksMax.conf"))
        try scratch.write("[Slice]\nTasksMax=33%\n", to: "control/user-1001.slice.d/50-TasksMax.conf")
        let slices = slices(ScriptedSystemctl { _ in ProgramResult(status: 0) })
        let standing = try await slices.standing(of: [1001])[1001]
        #expect(standing?.problems(against: Samples.limits).map(\.limit) == [.tasks])
        #expect(standing?.needsChange(for: Samples.limits) == true)
    }

    @Test("withdrawing leaves what the administrator set")
    func withdraw() async throws {
        try control.write(Samples.limits, for: 1001)
        try scratch.write("[Slice]\nIOWeight=5\n", to: "control/user-1001.slice.d/50-IOWeight.conf")
        let slices = slices(ScriptedSystemctl { _ in ProgramResult(status: 0) })
        #expect(await slices.withdraw([1001, 1002]).isEmpty)
        #expect(try slices.ourUIDs().isEmpty)
        #expect(scratch.text(of: "control/user-1001.slice.d/50-IOWeight.conf") != nil)
        #expect(scratch.text(of: "control/user-1001.slice.d/50-MemoryMax.conf") == nil)
    }

    @Test("limits that an administrator set are not ours, even all of them, and stay")
    func setByHand() async throws {
        try control.write(Samples.limits, for: 1001)
        for name in ["CPUQuota", "MemoryMax", "MemoryHigh", "MemorySwapMax", "TasksMax"] {
            try scratch.write("[Slice]\n\(name)=\n", to: "control/user-1002.slice.d/50-\(name).conf")
        }
        let slices = slices(ScriptedSystemctl { _ in ProgramResult(status: 0) })
        #expect(try slices.ourUIDs() == [1001])
        #expect(await slices.withdraw([1001]).isEmpty)
        #expect(scratch.text(of: "control/user-1001.slice.d/.diycloud-bridge") == nil)
        #expect(scratch.text(of: "control/user-1002.slice.d/50-MemoryMax.conf") != nil)
    }

    @Test("what the host cannot do is a problem but no plan")
    func unsupported() {
        let standing = SliceStanding(
            name: "user-1.slice",
            configured: SliceReading(
                cpu: .at(1_500_000),
                memory: .at(200 << 20),
                memoryHigh: .unlimited,
                swap: .at(0),
                tasks: .at(100)
            ),
            inForce: nil,
            impossible: [.swap: "no", .memoryHigh: "no"]
        )
        #expect(standing.problems(against: Samples.limits).map(\.limit) == [.swap])
        #expect(!standing.needsChange(for: Samples.limits))
    }

    @Test("usage is read from a slice of cgroup v2")
    func usage() throws {
        let slice = "user.slice/user-1001.slice"
        try scratch.makeSlice(slice)
        try scratch.write("usage_usec 5000\nuser_usec 1\nthrottled_usec 77\n", to: "\(slice)/cpu.stat")
        try scratch.write("1000000\n", to: "\(slice)/memory.current")
        try scratch.write("anon 5\ninactive_file 400000\n", to: "\(slice)/memory.stat")
        try scratch.write("low 0\noom_kill 2\n", to: "\(slice)/memory.events")
        try scratch.write("9\n", to: "\(slice)/pids.current")
        try scratch.write("populated 1\n", to: "\(slice)/jupyter-alice.service/cgroup.events")
        try scratch.write("populated 0\n", to: "\(slice)/jupyter-old.service/cgroup.events")
        try scratch.write("populated 1\n", to: "\(slice)/session-3.scope/cgroup.events")
        let reader = slices(ScriptedSystemctl { _ in ProgramResult(status: 0) }).reader
        #expect(
            reader.usage(of: 1001)
                == SliceUsage(
                    cpuMicroseconds: 5000,
                    throttledMicroseconds: 77,
                    memoryBytes: 600_000,
                    memoryPeakBytes: nil,
                    tasks: 9,
                    oomKills: 2,
                    servers: 1
                )
        )
        #expect(reader.usage(of: 1002) == nil)
        #expect(reader.activeUIDs() == [1001])
    }
}

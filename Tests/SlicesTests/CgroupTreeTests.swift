import Glibc
import Identity
import TestProcesses
import Testing

@testable import Slices

/// A tree of our own in the hierarchies of this very host, and nothing left of it afterwards.
final class RealTree: Sendable {
    let layout: CgroupLayout
    let tree: CgroupTree
    let reader: SliceReader
    let uid: UInt32 = 4_000_001

    init(_ name: String) throws {
        layout = CgroupLayout.detect(
            controller: .cgroup,
            treeName: "diycloud-test-\(getpid())-\(name)",
            systemdDirectory: "/nonexistent"
        )
        if case .none(let reason) = layout { throw SliceError.unavailable(reason: reason) }
        tree = CgroupTree(layout: layout)
        reader = SliceReader(layout: layout)
    }

    /// Starts a shell command in a leaf, as the spawner does.
    func start(_ command: String, leaf: String = "jupyter-default") throws -> TestProcess {
        let leaves = layout.directories(of: uid).map { "\($0)/\(leaf)" }
        for leaf in leaves { mkdir(leaf, 0o755) }
        let moves = leaves.map { "echo $$ > \($0)/cgroup.procs" }.joined(separator: " && ")
        return try TestProcess(["bash", "-c", "\(moves) && exec 2> /dev/null && { \(command); }"])
    }

    /// What is not in force after these limits were set.
    func problems(_ limits: SliceLimits) async -> [SliceProblem] {
        await tree.apply([uid: limits]) { _ in }[uid] ?? [SliceProblem(limit: nil, kind: .failed, reason: "no answer")]
    }

    func remove() async {
        try? await tree.stopEverything(of: uid)
        _ = await tree.withdraw([uid])
        for parent in Set(layout.directories(of: uid).map { $0.dropLast("/user-\(uid)".count) }) {
            rmdir(String(parent))
        }
    }
}

@Suite("A cgroup tree of our own, on this host", .serialized)
struct CgroupTreeTests {
    private func limits(cpu: Double = 2, memory: UInt32 = 64, tasks: Int = 64) -> SliceLimits {
        SliceLimits(
            cpuCores: cpu,
            memoryMax: .mebibytes(memory),
            memoryHigh: nil,
            swapMax: .mebibytes(0),
            tasksMax: tasks
        )
    }

    private func with(_ name: String, _ body: (RealTree) async throws -> Void) async throws {
        let host = try RealTree(name)
        do { try await body(host) } catch {
            await host.remove()
            throw error
        }
        await host.remove()
        for directory in host.layout.directories(of: host.uid) {
            #expect(!CgroupFile.exists(String(directory.dropLast("/user-\(host.uid)".count))), "left behind")
        }
    }

    private func eventually(_ condition: () -> Bool) async -> Bool {
        for _ in 0..<1000 {
            if condition() { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return false
    }

    /// Holds `size` MiB of memory until it is ended.
    private func hold(_ size: Int) -> String {
        // A byte a page: a text to copy from would take as much again.
        "python3 -c 'import time; x = bytearray(\(size) << 20); x[::4096] = bytes(\(size) << 8); time.sleep(600)'"
    }

    @Test("limits are in force at once, a second run changes nothing, and all of it can be taken back")
    func applied() async throws {
        try await with("applied") { host in
            #expect(host.reader.standing(of: host.uid).needsChange(for: limits()))
            #expect(await host.problems(limits()).isEmpty)
            #expect(!host.reader.standing(of: host.uid).needsChange(for: limits()))
            let ours = try host.tree.ourUIDs()
            #expect(ours == [host.uid])
            #expect(host.reader.usage(of: host.uid) == nil)
            #expect(await host.tree.withdraw([host.uid]).isEmpty)
            let left = try host.tree.ourUIDs()
            #expect(left.isEmpty)
        }
    }

    @Test("two servers of one person share one limit: at the sum one of them is killed, the other goes on")
    func shared() async throws {
        try await with("shared") { host in
            #expect(await host.problems(limits()).isEmpty)
            let first = try host.start(hold(40), leaf: "jupyter-a")
            #expect(await eventually { host.reader.usage(of: host.uid)?.memoryBytes ?? 0 > 40 << 20 })
            let second = try host.start(hold(40), leaf: "jupyter-b")
            #expect(await eventually { host.reader.usage(of: host.uid)?.oomKills == 1 })
            #expect(await eventually { host.reader.usage(of: host.uid)?.servers == 1 })
            #expect(host.reader.usage(of: host.uid)?.memoryPeakBytes ?? 0 <= 64 << 20)
            try await host.tree.stopEverything(of: host.uid)
            #expect([first.wait(), second.wait()] == [137, 137])
        }
    }

    @Test("limits go up and down while something runs; what cannot be taken away is said")
    func changed() async throws {
        try await with("changed") { host in
            #expect(await host.problems(limits(memory: 64)).isEmpty)
            let process = try host.start(hold(40))
            #expect(await eventually { host.reader.usage(of: host.uid)?.memoryBytes ?? 0 > 40 << 20 })
            #expect(
                await host.tree.apply([host.uid: limits(cpu: 0.5, memory: 256, tasks: 9)]) { _ in } == [host.uid: []]
            )
            #expect(await host.problems(limits(cpu: 3, memory: 128)).isEmpty)
            guard case .ownV1 = host.layout else { return }
            let refused = await host.problems(limits(cpu: 3, memory: 16))
            #expect(
                refused.contains { $0.limit == .memory && $0.kind == .failed && $0.reason.contains("end something") }
            )
            #expect(host.reader.standing(of: host.uid).needsChange(for: limits(cpu: 3, memory: 16)))
            try await host.tree.stopEverything(of: host.uid)
            #expect(process.wait() == 137)
            #expect(await host.problems(limits(cpu: 3, memory: 16)).isEmpty)
        }
    }

    @Test("a busy loop is held to the processor quota")
    func throttled() async throws {
        try await with("throttled") { host in
            #expect(await host.problems(limits(cpu: 0.1)).isEmpty)
            let process = try host.start("while :; do :; done")
            #expect(await eventually { host.reader.usage(of: host.uid)?.throttledMicroseconds ?? 0 > 0 })
            try await host.tree.stopEverything(of: host.uid)
            process.wait()
        }
    }

    @Test("a fork bomb stops at the limit of processes, and ends at once when everything is stopped")
    func forkBomb() async throws {
        try await with("bomb") { host in
            #expect(await host.problems(limits(tasks: 20)).isEmpty)
            // Bounded by itself too: no more than 200 children are tried.
            let process = try host.start("for i in {1..200}; do (sleep 600) & done; wait")
            #expect(await eventually { host.reader.usage(of: host.uid)?.tasks == 20 })
            try await host.tree.stopEverything(of: host.uid)
            // bash gives up by itself when it cannot fork; its children are init's then, and count until it has reaped them.
            process.wait()
            #expect(await eventually { host.reader.usage(of: host.uid) == nil })
            #expect(host.reader.standing(of: host.uid).problems(against: limits(tasks: 20)).isEmpty)
        }
    }

    @Test("a person can neither raise a limit nor leave, and can see what holds")
    func unprivileged() async throws {
        try await with("escape") { host in
            #expect(await host.problems(limits()).isEmpty)
            let own = host.layout.directories(of: host.uid)
            let attempts = own.flatMap { directory -> [String] in
                let root = directory.components(upTo: "/diycloud-test")
                return [
                    "echo $$ > \(root)/cgroup.procs", "echo $$ > \(directory)/cgroup.procs", "echo $$ > \(root)/tasks",
                    "echo -1 > \(directory)/memory.limit_in_bytes", "echo -1 > \(directory)/cpu.cfs_quota_us",
                    "echo max > \(directory)/pids.max", "echo max > \(directory)/memory.max",
                    "mkdir \(directory)/mine", "rmdir \(directory)/jupyter-default",
                ]
            }
            let script = attempts.map { "if (\($0)) 2> /dev/null; then exit 3; fi" }.joined(separator: "; ")
            let process = try host.start(
                "setpriv --reuid 65534 --regid 65534 --clear-groups bash -c '\(script); cat \(own[0])/cgroup.procs'"
            )
            #expect(process.wait() == 0)
        }
    }
}

extension String {
    fileprivate func components(upTo part: String) -> String {
        guard let range = firstRange(of: part) else { return self }
        return String(self[..<range.lowerBound])
    }
}

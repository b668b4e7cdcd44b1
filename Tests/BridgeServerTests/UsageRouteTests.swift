import Foundation
import Identity
import QuotaProtocol
import Slices
import SyncReport
import TestProcesses
import TestSupport
import Testing

@testable import BridgeServer

@Suite("What people use, and whether their limits hold")
struct UsageRouteTests {
    /// Nobody's on this host.
    private static let uid: UInt32 = 61_234

    private func part(_ reply: Reply, _ name: String) throws -> [String: Any] {
        try #require(reply[name] as? [String: Any])
    }

    /// Gives alice a Linux account that only the bridge under test knows.
    private func addAccount(_ bridge: TestBridge) throws {
        let directory = bridge.directory.path("etc")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let line = "root:x:0:0::/root:/bin/sh\nalice:x:\(Self.uid):\(Self.uid)::/home/alice:/bin/bash\n"
        try Data(line.utf8).write(to: URL(fileURLWithPath: "\(directory)/passwd"))
    }

    @Test("without an account nothing is used and nothing is known, and the quota is told all the same")
    func noAccount() async throws {
        let bridge = try await TestBridge()
        let reply = try await bridge.ask(.get, "/api/v1/users/alice/usage")
        #expect(reply.status == 200)
        #expect(reply["name"] as? String == "alice" && reply["servers"] as? Int == 0)
        let memory = try part(reply, "memory")
        #expect(memory["bytes"] as? Int == 0 && memory["limit_bytes"] as? Int == 2 << 30)
        #expect(memory["in_force"] is NSNull && memory["reason"] is String)
        #expect(try part(reply, "disk")["bytes"] is NSNull)
        #expect(try await bridge.ask(.get, "/api/v1/users/nobody/usage").status == 404)
        #expect(try await bridge.ask(.get, "/api/v1/users/alice/usage", token: nil).status == 401)
    }

    @Test("the disk is what the quota worker says; when it is away, that is said and the rest still stands")
    func disk() async throws {
        let bridge = try await TestBridge()
        try addAccount(bridge)
        let away = try part(try await bridge.ask(.get, "/api/v1/users/alice/usage"), "disk")
        #expect(away["in_force"] is NSNull)
        #expect((away["reason"] as? String)?.contains("no quota worker can be had") == true)

        let other = try await TestBridge()
        try addAccount(other)
        let worker = try ScriptedQuotaWorker(path: other.directory.path("quota.sock")) { uid in
            DiskUse(used: .mebibytes(uid == Self.uid ? 300 : 1), limit: .gibibytes(5), unit: 1024)
        }
        let disk = try part(try await other.ask(.get, "/api/v1/users/alice/usage"), "disk")
        #expect(disk["bytes"] as? Int == 300 << 20 && disk["limit_bytes"] as? Int == 5 << 30)
        #expect(disk["in_force"] as? Bool == true && disk["reason"] is NSNull)
        #expect(worker.questions == [[Self.uid]])
    }

    @Test("a person sees their own use, and nobody a stranger's")
    func own() async throws {
        let bridge = try await TestBridge()
        let browser = Browser(bridge)
        #expect(try await browser.fetch("/api/v1/me/usage").status == 401)
        try await browser.signIn("bob")
        let reply = try await browser.fetch("/api/v1/me/usage")
        #expect(reply.status == 200 && reply["name"] as? String == "bob")
        let page = try await browser.open("/account").body
        #expect(page.contains("What you use") && page.contains("<meter"))
    }

    @Test("findings of the last reconciliation are told to those whom they concern, and read again when they change")
    func findings() async throws {
        let bridge = try await TestBridge()
        let file = SyncReportFile(path: bridge.directory.path("sync.json"))
        func write(_ findings: [SyncFinding]) throws {
            try file.write(
                SyncReport(at: 1, durationMilliseconds: 1, users: 3, areas: [:], findings: findings),
                group: nil
            )
        }
        func kinds(_ name: String) async throws -> [String] {
            let reply = try await bridge.ask(.get, "/api/v1/users/\(name)/usage")
            return (reply["findings"] as? [[String: Any]] ?? []).compactMap { $0["kind"] as? String }
        }
        #expect(try await kinds("alice") == [])
        try write([
            SyncFinding(area: .disk, user: nil, kind: "quota-off", text: "Quotas are off on /home."),
            SyncFinding(area: .jupyterhub, user: nil, kind: "hub-away", text: "The hub is away."),
            SyncFinding(area: .accounts, user: "alice", kind: "foreign-account", text: "Not ours."),
        ])
        #expect(try await kinds("alice") == ["foreign-account", "quota-off"])
        #expect(try await kinds("bob") == ["quota-off"])
        try write([])
        #expect(try await kinds("alice") == [])
    }

    @Test("a host that limits nothing says so to the spawner, in the use and in the metrics")
    func nothingLimits() async throws {
        let bridge = try await TestBridge()
        try addAccount(bridge)
        try bridge.file.add("nobody-here")
        let memory = try part(try await bridge.ask(.get, "/api/v1/users/alice/usage"), "memory")
        #expect(memory["in_force"] as? Bool == false)
        #expect(memory["reason"] as? String == "Nothing limits anything in this test.")
        #expect(try await bridge.ask(.get, "/metrics").body.contains("diycloud_people_running 0\n"))
    }

    @Test(
        "a real cgroup: memory, tasks and servers are the kernel's numbers, and a limit that somebody takes away is told of"
    )
    func cgroup() async throws {
        let tree = "diycloud-usage-test-\(getpid())"
        let layout = CgroupLayout.detect(controller: .cgroup, treeName: tree)
        let controller = try #require(layout.controller())
        let limits = SliceLimits(quota: .platformDefault, policy: SlicePolicy())
        defer {
            for directory in layout.directories(of: Self.uid) {
                for leaf in ["/jupyter-default", ""] { rmdir(directory + leaf) }
                rmdir(URL(fileURLWithPath: directory).deletingLastPathComponent().path)
            }
        }
        let bridge = try await TestBridge(layout: layout)
        try addAccount(bridge)
        func usage() async throws -> Reply { try await bridge.ask(.get, "/api/v1/users/alice/usage") }

        #expect(try part(try await usage(), "memory")["in_force"] as? Bool == false)
        #expect(await controller.apply([Self.uid: limits], progress: { _ in }).values.allSatisfy(\.isEmpty))
        #expect(try part(try await usage(), "memory")["in_force"] as? Bool == true)
        #expect(try part(try await usage(), "tasks")["count"] as? Int == 0)

        let busy = try TestProcess(["sh", "-c", "while :; do :; done"])
        defer {
            busy.signal(SIGKILL)
            busy.wait()
        }
        for directory in layout.directories(of: Self.uid) {
            try FileManager.default.createDirectory(
                atPath: "\(directory)/jupyter-default",
                withIntermediateDirectories: true
            )
            try Data("\(busy.processIdentifier)".utf8)
                .write(to: URL(fileURLWithPath: "\(directory)/jupyter-default/cgroup.procs"))
        }
        await bridge.parts.usage.sample()
        try await Task.sleep(for: .milliseconds(700))
        let reply = try await usage()
        #expect(reply["servers"] as? Int == 1)
        #expect(try part(reply, "tasks")["count"] as? Int == 1)
        let alice = try #require(try bridge.store.current().users[try UserName("alice")])
        let running = await bridge.parts.running(of: alice)
        #expect(running.servers.map(\.name) == [""] && running.containers.isEmpty && running.others.isEmpty)
        #expect(running.servers.first?.url == "/jupyter/user/alice/" && running.servers.first?.ready == true)
        let cores = try #require(try part(reply, "cpu")["cores_now"] as? Double)
        // How much a loop gets depends on what else this host does.
        #expect(cores > 0.01 && cores < 1.5)
        for limit in ["cpu", "memory", "tasks"] { #expect(try part(reply, limit)["in_force"] as? Bool == true) }

        let metrics = try await bridge.ask(.get, "/metrics").body
        #expect(metrics.contains("diycloud_people_running 1\n"))
        #expect(metrics.contains("diycloud_user_tasks{user=\"alice\"} 1\n"))
        #expect(metrics.contains("diycloud_user_limit_in_force{user=\"alice\",limit=\"memory\"} 1\n"))

        for directory in layout.directories(of: Self.uid)
        where FileManager.default.fileExists(atPath: "\(directory)/pids.max") {
            try Data("max".utf8).write(to: URL(fileURLWithPath: "\(directory)/pids.max"))
        }
        #expect(try part(try await usage(), "tasks")["in_force"] as? Bool == false)
        #expect(try part(try await usage(), "memory")["in_force"] as? Bool == true)
    }
}

@Suite("Text for Prometheus")
struct MetricTextTests {
    @Test("what would end a label is escaped")
    func escaping() {
        var text = MetricText()
        text.family("m", "gauge", "Help.", [([("user", "a\"b\\c\nd")], "1")])
        #expect(text.text == "# HELP m Help.\n# TYPE m gauge\nm{user=\"a\\\"b\\\\c\\nd\"} 1\n")
    }
}

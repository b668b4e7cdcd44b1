import Foundation
import Identity
import QuotaProtocol
import Slices
import SyncReport
import Testing
import Usage

@Suite("What a person uses, as a document")
struct UsageDocumentTests {
    private let policy = SlicePolicy(tasks: 512)
    private let quota = Quota(cpuCores: 1.5, memory: .gibibytes(4), disk: .gibibytes(20), gpu: true)
    private let layout = CgroupLayout.ownV2(parent: "/sys/fs/cgroup/test")

    private func reading(_ limits: SliceLimits) -> SliceReading {
        SliceReading(
            cpu: limits.bound(.cpu),
            memory: limits.bound(.memory),
            memoryHigh: limits.bound(.memoryHigh),
            swap: limits.bound(.swap),
            tasks: limits.bound(.tasks)
        )
    }

    private var held: SliceStanding {
        let reading = reading(SliceLimits(quota: quota, policy: policy))
        return SliceStanding(name: "user-1001", configured: reading, inForce: reading)
    }

    private let running = SliceUsage(
        cpuMicroseconds: 5_000_000,
        throttledMicroseconds: 1,
        memoryBytes: 1 << 30,
        memoryPeakBytes: 2 << 30,
        tasks: 12,
        oomKills: 1,
        servers: 2
    )

    private func document(
        usage: SliceUsage? = nil,
        standing: SliceStanding? = nil,
        layout: CgroupLayout? = nil,
        account: Bool = true,
        disk: DiskUse? = nil,
        findings: [SyncFinding] = []
    ) throws -> UsageDocument {
        let limits = SliceLimits(quota: quota, policy: policy)
        let slice = UsageFacts.Slice(
            usage: usage,
            standing: LimitStanding(standing ?? held, against: limits, in: layout ?? self.layout),
            rate: CPURate(now: 0.25, window: 0.12345)
        )
        let facts = UsageFacts(
            name: try UserName("alice"),
            quota: quota,
            policy: policy,
            slice: account ? slice : nil,
            disk: disk,
            findings: findings
        )
        return UsageDocument(facts, at: 1_800_000_000, window: .seconds(60))
    }

    private func json(_ document: UsageDocument) throws -> [String: Any] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return try #require(try JSONSerialization.jsonObject(with: encoder.encode(document)) as? [String: Any])
    }

    @Test("every key is there, with null for what nobody knows")
    func keys() throws {
        for document in [try document(account: false), try document(usage: running, disk: .unknown("away"))] {
            let json = try json(document)
            #expect(
                Set(json.keys) == ["name", "at", "cpu", "memory", "disk", "tasks", "servers", "gpu", "findings"]
            )
            func keys(_ part: String) -> Set<String> { Set((json[part] as? [String: Any])?.keys.map(\.self) ?? []) }
            let common: Set<String> = ["in_force", "reason"]
            #expect(
                keys("cpu") == common.union(["cores_now", "cores_window", "window_seconds", "limit_cores"])
            )
            #expect(keys("memory") == common.union(["bytes", "peak_bytes", "limit_bytes", "oom_kills"]))
            #expect(keys("disk") == common.union(["bytes", "limit_bytes"]))
            #expect(keys("tasks") == common.union(["count", "limit"]))
        }
    }

    @Test("what the kernel counts and what it holds stand beside each other")
    func values() throws {
        let disk = DiskUse(used: .gibibytes(3), limit: .gibibytes(20), unit: 1024)
        let document = try document(usage: running, disk: disk)
        #expect(document.cpu.rate.now == 0.25 && document.cpu.limitCores == 1.5 && document.cpu.windowSeconds == 60)
        #expect(document.memory.bytes == 1 << 30 && document.memory.peakBytes == 2 << 30)
        #expect(document.tasks.count == 12 && document.tasks.limit == 512 && document.servers == 2 && document.gpu)
        #expect(document.disk.bytes == 3 << 30)
        let all = [
            document.cpu.enforcement, document.memory.enforcement, document.disk.enforcement,
            document.tasks.enforcement,
        ]
        #expect(all == [.inForce, .inForce, .inForce, .inForce])
        let cpu = try #require(try json(document)["cpu"] as? [String: Any])
        #expect(cpu["cores_window"] as? Double == 0.123)
    }

    @Test("of somebody who runs nothing, nothing is used, and the limits are those that will hold")
    func idle() throws {
        let document = try document()
        #expect(document.cpu.rate == .idle && document.memory.bytes == 0 && document.tasks.count == 0)
        #expect(document.memory.enforcement == .inForce)
    }

    @Test("one limit that does not hold is told of as that one")
    func oneLimit() throws {
        var reading = reading(SliceLimits(quota: quota, policy: policy))
        reading.cpu = .unlimited
        let standing = SliceStanding(name: "user-1001", configured: reading, inForce: reading)
        let document = try document(usage: running, standing: standing)
        #expect(document.cpu.enforcement.isInForce == false)
        #expect(document.cpu.enforcement.reason?.contains("processor") == true)
        #expect(document.memory.enforcement == .inForce)
    }

    @Test("a host that limits nothing says why for every limit")
    func noLimits() throws {
        let document = try document(layout: CgroupLayout.none(reason: "No cgroups here."))
        for enforcement in [document.cpu.enforcement, document.memory.enforcement, document.tasks.enforcement] {
            #expect(enforcement == .notInForce("No cgroups here."))
        }
    }

    @Test("of somebody without an account nobody can say whether limits hold")
    func noAccount() throws {
        let document = try document(account: false)
        #expect(document.cpu.enforcement.isInForce == nil && document.disk.enforcement.isInForce == nil)
        #expect(document.disk.bytes == nil && document.cpu.enforcement.reason != nil)
    }

    @Test("a disk limit holds when it is the quota and nothing keeps it from biting")
    func disk() throws {
        func enforcement(_ disk: DiskUse) throws -> Enforcement { try document(disk: disk).disk.enforcement }
        #expect(try enforcement(DiskUse(used: .gibibytes(1), limit: .gibibytes(20))) == .inForce)
        #expect(try enforcement(DiskUse(used: .gibibytes(1), limit: nil)).isInForce == false)
        #expect(try enforcement(DiskUse(used: .gibibytes(1), limit: .gibibytes(5))).isInForce == false)
        #expect(try enforcement(DiskUse(used: nil, limit: nil, problem: "off")) == .notInForce("off"))
        #expect(try enforcement(.unknown("away")) == .unknown("away"))
        #expect(try enforcement(DiskUse(used: .gibibytes(1), limit: nil, problem: "off")) == .notInForce("off"))
    }

    @Test("findings of the last reconciliation come along")
    func findings() throws {
        let finding = SyncFinding(area: .limits, user: "alice", kind: "not-in-force", text: "It does not hold.")
        #expect(
            try document(findings: [finding]).findings
                == [.init(area: "limits", kind: "not-in-force", text: "It does not hold.")]
        )
    }
}

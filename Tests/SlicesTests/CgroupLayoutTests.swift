import Identity
import Testing

@testable import Slices

@Suite("How this host keeps processes together")
struct CgroupLayoutTests {
    private func layout(
        _ choice: CgroupLayout.Choice = .auto,
        mounts: String,
        systemd: Bool,
        forReading: Bool = false,
        in scratch: Scratch
    ) throws -> CgroupLayout {
        try scratch.write(mounts, to: "mountinfo")
        if systemd { try scratch.write("", to: "systemd/x") }
        return CgroupLayout.detect(
            controller: choice,
            treeName: "diycloud",
            forReading: forReading,
            mountInfo: scratch.path("mountinfo"),
            systemdDirectory: scratch.path("systemd")
        )
    }

    private func unified(_ scratch: Scratch, options: String = "rw") -> String {
        "30 1 0:26 / \(scratch.root) \(options),nosuid shared:4 - cgroup2 cgroup2 rw\n"
    }

    @Test("systemd on cgroup v2 keeps people in user.slice")
    func systemdV2() throws {
        let scratch = try Scratch()
        try scratch.write("cpuset cpu io memory pids\n", to: "cgroup.controllers")
        let found = try layout(mounts: unified(scratch), systemd: true, in: scratch)
        #expect(found.isSystemd && found.manager == "systemd")
        #expect(found.directories(of: 7) == ["\(scratch.root)/user.slice/user-7.slice"])
        #expect(found.impossible().isEmpty)
    }

    @Test("systemd on cgroup v1 says what it cannot limit")
    func systemdV1() throws {
        let scratch = try Scratch()
        let v1 = """
            40 30 0:30 / /cg/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
            41 30 0:31 / /cg/memory rw - cgroup cgroup rw,memory
            42 30 0:32 / /cg/pids rw - cgroup cgroup rw,pids
            43 30 0:33 / /cg/systemd rw - cgroup cgroup rw,xattr,name=systemd

            """
        let found = try layout(mounts: v1, systemd: true, in: scratch)
        guard case .systemd(.v1, _) = found else {
            Issue.record("\(found)")
            return
        }
        #expect(
            found.directories(of: 7) == [
                "/cg/cpu,cpuacct/user.slice/user-7.slice", "/cg/memory/user.slice/user-7.slice",
                "/cg/pids/user.slice/user-7.slice",
            ]
        )
        #expect(Set(found.impossible().keys) == [.memoryHigh, .swap])
        guard case .systemd(.hybrid, _) = try layout(mounts: v1 + unified(scratch), systemd: true, in: scratch) else {
            Issue.record("not seen as hybrid")
            return
        }
    }

    @Test("without systemd there is a tree of our own, joined hierarchies once")
    func ownTree() throws {
        let scratch = try Scratch()
        let v1 = """
            40 30 0:30 / /cg/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
            41 30 0:31 / /cg/with\\040blank rw - cgroup cgroup rw,memory

            """
        let found = try layout(mounts: v1, systemd: false, in: scratch)
        #expect(found.directories(of: 7) == ["/cg/cpu,cpuacct/diycloud/user-7", "/cg/with blank/diycloud/user-7"])
        #expect(found.impossible()[.tasks]?.contains("no pids controller") == true)
        try scratch.write("cpu memory pids\n", to: "cgroup.controllers")
        #expect(
            try layout(mounts: unified(scratch), systemd: false, in: scratch)
                == .ownV2(parent: scratch.path("diycloud"))
        )
        #expect(
            try layout(.cgroup, mounts: unified(scratch), systemd: true, in: scratch)
                == .ownV2(parent: scratch.path("diycloud"))
        )
    }

    @Test("where no limits can be had, it says why and what to do")
    func none() throws {
        let scratch = try Scratch()
        func reason(_ choice: CgroupLayout.Choice = .auto, mounts: String) throws -> String {
            guard case .none(let reason) = try layout(choice, mounts: mounts, systemd: false, in: scratch) else {
                return ""
            }
            return reason
        }
        #expect(try reason(mounts: "").contains("mount"))
        #expect(try reason(.none, mounts: "").contains("limits.controller is none"))
        #expect(try reason(.systemd, mounts: "").contains("systemd does not run"))
        #expect(try reason(mounts: unified(scratch)).contains("delegate"))
        #expect(try reason(mounts: unified(scratch, options: "ro")).contains("read-only"))
        #expect(CgroupLayout.none(reason: "because").impossible()[.cpu] == "because")
    }

    @Test("a service that sees the cgroups read-only can still read what people use")
    func forReading() throws {
        let scratch = try Scratch()
        try scratch.write("cpuset cpu io memory pids\n", to: "cgroup.controllers")
        let mounts = unified(scratch, options: "ro")
        let found = try layout(.cgroup, mounts: mounts, systemd: true, forReading: true, in: scratch)
        #expect(found == .ownV2(parent: "\(scratch.root)/diycloud"))
        #expect(try layout(.cgroup, mounts: mounts, systemd: true, in: scratch).manager == "none")
    }

    @Test("the former platform's dead trees are listed, those with processes are not")
    func legacy() throws {
        let scratch = try Scratch()
        #expect(CgroupLayout.legacyTrees(root: scratch.root).isEmpty)
        try scratch.write("", to: "user/cgroup.procs")
        try scratch.write("", to: "user/alice/cgroup.procs")
        try scratch.write("", to: "user/bob/cgroup.procs")
        #expect(
            CgroupLayout.legacyTrees(root: scratch.root)
                == ["user/alice", "user/bob", "user"].map(scratch.path)
        )
        try scratch.write("4242\n", to: "user/bob/cgroup.procs")
        #expect(CgroupLayout.legacyTrees(root: scratch.root) == [scratch.path("user/alice")])
    }

    @Test("a quota and the policy make limits that every kernel takes")
    func limits() {
        let policy = SlicePolicy(memoryHighPercent: 90, swapPercent: 50, tasks: 64)
        let limits = SliceLimits(
            quota: Quota(cpuCores: 0.333, memory: .gibibytes(2), disk: .gibibytes(1), gpu: false),
            policy: policy
        )
        #expect(limits.cpuPercent == 33)
        #expect(limits.memoryHigh == ByteCount(bytes: 1_932_735_283))
        #expect(limits.swapMax == .gibibytes(1))
        #expect(limits.bound(.tasks) == .at(64))
        #expect(SliceLimits(quota: .platformDefault, policy: SlicePolicy()).memoryHigh == nil)
    }
}

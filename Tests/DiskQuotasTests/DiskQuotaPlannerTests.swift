import Testing

@testable import DiskQuotas

@Suite("The plan that switches disk quotas on")
struct DiskQuotaPlannerTests {
    /// A machine with `/home` of the given type, mounted by line 2 of its fstab.
    static func facts(
        _ type: String,
        at mountPoint: String = "/home",
        options: String = "defaults",
        counted: Bool = false,
        enforced: Bool = false
    ) -> DiskQuotaPlanner.Facts {
        let mount = MountTable.Mount(
            id: 30,
            deviceMajor: 8,
            deviceMinor: 2,
            root: "/",
            mountPoint: mountPoint,
            type: type,
            source: "/dev/sda2",
            options: ["rw"]
        )
        let fstab = "# people\n/dev/sda2 \(mountPoint) \(type) \(options) 0 2\n"
        return .init(
            home: "/home",
            mount: mount,
            siblings: [mount],
            fstab: Fstab(path: "/etc/fstab", bytes: Array(fstab.utf8)),
            counted: counted,
            enforced: enforced
        )
    }

    static func commands(_ facts: DiskQuotaPlanner.Facts) -> [String] {
        DiskQuotaPlanner(facts: facts).plan.steps.map(\.byHand)
    }

    static let line = "make line 2 of /etc/fstab: /dev/sda2"

    @Test(
        "ext4 without the feature: remount, count, turn on; what lasts comes last, and the feature is never switched on"
    )
    func ext4() {
        for mountPoint in ["/home", "/"] {
            #expect(
                Self.commands(Self.facts("ext4", at: mountPoint, options: "errors=remount-ro")) == [
                    "mount -o remount,usrquota \(mountPoint)", "quotacheck -cum -F vfsv1 \(mountPoint)",
                    "quotaon -u \(mountPoint)",
                    "\(Self.line) \(mountPoint) ext4 errors=remount-ro,usrquota 0 2",
                ]
            )
        }
    }

    @Test("ext4 with the feature counts already: nothing is counted again")
    func feature() {
        #expect(
            Self.commands(Self.facts("ext4", counted: true)) == [
                "mount -o remount,usrquota /home", "quotaon -u /home", "\(Self.line) /home ext4 defaults,usrquota 0 2",
            ]
        )
    }

    @Test("where limits are enforced, only what the next boot needs is left, or nothing", arguments: ["ext4", "xfs"])
    func finishes(type: String) {
        #expect(Self.commands(Self.facts(type, options: "usrquota", counted: true, enforced: true)).isEmpty)
        #expect(Self.commands(Self.facts(type, counted: true, enforced: true)).count == 1)
    }

    @Test("XFS is mounted anew, never remounted; a root is the administrator's")
    func xfs() {
        #expect(
            Self.commands(Self.facts("xfs", options: "noquota")) == [
                "umount /home && mount -o uquota /home", "\(Self.line) /home xfs uquota 0 2",
            ]
        )
        let root = DiskQuotaPlanner(facts: Self.facts("xfs", at: "/")).plan
        #expect(root.steps.isEmpty)
        #expect(root.obstacle?.remedy.contains("rootflags=uquota") == true)
        var old = Self.facts("xfs")
        old.kernelCountsXFS = false
        #expect(DiskQuotaPlanner(facts: old).plan.obstacle?.reason.contains("CONFIG_XFS_QUOTA") == true)
        guard case .unsupported = DiskQuotaPlanner(facts: old).support else {
            Issue.record("a kernel without the quotas of XFS cannot be switched on")
            return
        }
    }

    @Test("btrfs needs no fstab; homes that are plain directories are told, not touched")
    func btrfs() {
        var facts = Self.facts("btrfs")
        facts.plainHomes = ["/home/it's me"]
        let plan = DiskQuotaPlanner(facts: facts).plan
        #expect(plan.steps.map(\.what) == ["btrfs quota enable /home", "btrfs quota rescan -w /home"])
        #expect(plan.fstabDiff == nil)
        #expect(plan.notes.first?.remedy.contains(#"mv '/home/it'\''s me' '/home/it'\''s me.plain'"#) == true)
        facts.enforced = true
        #expect(DiskQuotaPlanner(facts: facts).plan.steps.isEmpty)
        facts.inconsistent = true
        #expect(DiskQuotaPlanner(facts: facts).plan.steps.map(\.what) == ["btrfs quota rescan -w /home"])
    }

    @Test("a damaged line is told with its mended form, and stops the plan of its own file system")
    func damaged() {
        let plan = DiskQuotaPlanner(facts: Self.facts("ext4", options: "errors,usrquota=remount-ro")).plan
        #expect(plan.steps.isEmpty)
        #expect(plan.obstacle?.remedy.contains("/dev/sda2 /home ext4 errors=remount-ro,usrquota 0 2") == true)
        #expect(plan.notes.count == 1)
    }

    @Test("what cannot be done from here names the way out")
    func obstacles() {
        var facts = Self.facts("ext4")
        facts.missingTools = ["quotacheck"]
        #expect(DiskQuotaPlanner(facts: facts).plan.obstacle?.remedy.contains("package quota") == true)
        facts.counted = true
        #expect(DiskQuotaPlanner(facts: facts).plan.obstacle == nil)
        facts = Self.facts("ext4")
        facts.fstab = Fstab(path: "/etc/fstab", bytes: [])
        #expect(DiskQuotaPlanner(facts: facts).plan.obstacle?.reason.contains("no single line") == true)
    }

    @Test("a /home of fstab that is not mounted stops the plan: it would be made for the file system below")
    func unmounted() {
        var facts = Self.facts("ext4", at: "/")
        facts.fstab = Fstab(
            path: "/etc/fstab",
            bytes: Array("/dev/sda2 / ext4 defaults\n/dev/sdb /home xfs defaults\n".utf8)
        )
        facts.enforced = true
        #expect(DiskQuotaPlanner(facts: facts).support != .enforced)
        #expect(DiskQuotaPlanner(facts: facts).plan.obstacle?.remedy.contains("mount /home") == true)
        facts.fstab = Fstab(
            path: "/etc/fstab",
            bytes: Array("/dev/sda2 / ext4 defaults\n/dev/sdb /home xfs noauto\n".utf8)
        )
        #expect(DiskQuotaPlanner(facts: facts).plan.obstacle == nil)
    }

    @Test("a bind mount is led back to the mount that fstab makes")
    func bind() {
        var facts = Self.facts("ext4")
        facts.siblings.append(facts.mount)
        facts.mount = MountTable.Mount(
            id: 40,
            deviceMajor: 8,
            deviceMinor: 2,
            root: "/people",
            mountPoint: "/srv/people",
            type: "ext4",
            source: "/dev/sda2",
            options: []
        )
        facts.home = "/srv/people"
        #expect(Self.commands(facts).first == "mount -o remount,usrquota /home")
    }

    @Test(
        "file systems without limits say what to do about this very mount",
        arguments: [
            ("overlay", "ext4, XFS or btrfs"), ("nfs4", "on the server (/dev/sda2)"),
            ("zfs", "zfs set userquota@NAME=SIZE /dev/sda2"),
            ("tmpfs", "6.6"), ("vfat", "ext4, XFS or btrfs"),
        ]
    )
    func others(type: String, remedy: String) {
        let facts = Self.facts(type)
        #expect(DiskQuotaPlanner(facts: facts).plan.obstacle?.remedy.contains(remedy) == true)
        guard case .unsupported(let reason, _) = DiskQuotaPlanner(facts: facts).support else {
            Issue.record("\(type) is not supported")
            return
        }
        #expect(reason.hasPrefix("/home (/dev/sda2, \(type))"))
    }

    @Test("tmpfs and its like count as enforced when the kernel says so")
    func generic() {
        #expect(DiskQuotaPlanner(facts: Self.facts("tmpfs", counted: true, enforced: true)).support == .enforced)
    }
}

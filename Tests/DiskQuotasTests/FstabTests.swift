import Foundation
import TestProcesses
import TestSupport
import Testing

@testable import DiskQuotas

@Suite("fstab")
struct FstabTests {
    static let text = """
        # <file system> <mount point>   <type>  <options>       <dump>  <pass>
        UUID=aa / ext4 errors=remount-ro 0 1
        UUID=bb\t/home\text4   defaults,noatime\t0 2   # people
        /dev/sdc1 /srv/with\\040space xfs noquota,uqnoenforce
        /dev/sdd1 /bare ext4
        /home /srv/home none bind 0 0
        /dev/sde1 /twice ext4 defaults 0 0
        /dev/sdf1 /twice ext4 defaults 0 0
        /dev/sdg1 /slash/ xfs defaults 0 0

        """

    let fstab = Fstab(path: "/etc/fstab", bytes: Array(text.utf8))

    @Test(
        "an option is added to exactly the entry's options, and everything else of the line stays",
        arguments: [
            ("/", "usrquota", "UUID=aa / ext4 errors=remount-ro,usrquota 0 1"),
            ("/home", "usrquota", "UUID=bb\t/home\text4   defaults,noatime,usrquota\t0 2   # people"),
            ("/srv/with space", "uquota", "/dev/sdc1 /srv/with\\040space xfs uquota"),
            ("/bare", "usrquota", "/dev/sdd1 /bare ext4 defaults,usrquota"),
            ("/slash", "uquota", "/dev/sdg1 /slash/ xfs defaults,uquota 0 0"),
        ]
    )
    func adds(mountPoint: String, option: String, after: String) throws {
        let entry = try #require(fstab.entry(mountedAt: mountPoint))
        let edit = fstab.adding(option, removing: DiskQuotaStep.xfsOpposites, to: entry)
        #expect(edit.after == after)
        let changed = try #require(fstab.applying(edit))
        let lines = changed.split(separator: 10, omittingEmptySubsequences: false)
        #expect(lines.count == fstab.lines.count)
        #expect(
            zip(lines, fstab.lines).enumerated().allSatisfy {
                $0.element.0 == $0.element.1 || $0.offset == edit.line - 1
            }
        )
    }

    @Test(
        "no entry is taken when there is none, two, or a bind mount only",
        arguments: ["/nothing", "/twice", "/srv/home"]
    )
    func ambiguous(mountPoint: String) { #expect(fstab.entry(mountedAt: mountPoint) == nil) }

    @Test(
        "what the old platform's sed tore apart is put together again",
        arguments: [
            ("errors,usrquota=remount-ro", "errors=remount-ro,usrquota"),
            (
                "defaults,errors,usrquota,grpquota=remount-ro,noatime",
                "defaults,errors=remount-ro,usrquota,grpquota,noatime"
            ),
            ("subvol,usrquota=@home", "subvol=@home,usrquota"),
            ("x-systemd.device-timeout,usrquota=5s,nofail", "x-systemd.device-timeout=5s,usrquota,nofail"),
        ]
    )
    func damage(before: String, after: String) {
        let damages = Fstab(path: "f", bytes: Array("# x\n/dev/sda2 /home ext4 \(before) 0 2\n".utf8)).damages
        #expect(damages.map(\.after) == ["/dev/sda2 /home ext4 \(after) 0 2"])
        #expect(damages.map(\.line) == [2])
    }

    @Test(
        "sound options are no damage",
        arguments: [
            "errors=remount-ro,usrquota", "usrjquota=aquota.user,jqfmt=vfsv1", "usrquota", "defaults", "data=ordered",
        ]
    )
    func sound(options: String) {
        #expect(Fstab(path: "f", bytes: Array("/dev/sda2 /home ext4 \(options) 0 2".utf8)).damages.isEmpty)
    }

    @Test("a line that changed since the plan is not touched")
    func stale() throws {
        let edit = fstab.adding("usrquota", removing: [], to: try #require(fstab.entry(mountedAt: "/home")))
        let other = Fstab(path: "/etc/fstab", bytes: Array(Self.text.replacing("noatime", with: "nodev").utf8))
        #expect(other.applying(edit) == nil)
    }

    @Test("any bytes survive: an edit changes one line, adding twice adds once")
    func fuzz() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<3000 {
            let bytes = random.mutated(Array(Self.text.utf8))
            let fstab = Fstab(path: "f", bytes: bytes)
            for entry in fstab.entries {
                let edit = fstab.adding("usrquota", removing: ["noquota"], to: entry)
                let changed = try #require(fstab.applying(edit))
                let again = Fstab(path: "f", bytes: changed)
                #expect(again.lines.count == fstab.lines.count)
                for (index, line) in fstab.lines.enumerated() where index != entry.line - 1 {
                    #expect(again.lines[index] == line)
                }
                let edited = try #require(again.entries.first { $0.line == entry.line })
                #expect(edited.options.contains("usrquota"))
                #expect(edited.mountPoint == entry.mountPoint && edited.source == entry.source)
            }
        }
    }

    @Test("it is replaced in one step, with a copy beside it, and keeps its owner, mode and attributes")
    func replaces() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("fstab")
        try Self.text.write(toFile: path, atomically: false, encoding: .utf8)
        #expect(chmod(path, 0o640) == 0 && chown(path, 1, 2) == 0)
        try TestProcess.run(["python3", "-c", "import os, sys; os.setxattr(sys.argv[1], 'user.label', b'kept')", path])
        let fstab = try Fstab.read(path)
        let edit = fstab.adding("usrquota", removing: [], to: try #require(fstab.entry(mountedAt: "/home")))
        let copy = try FstabEditor.apply(edit, now: 0)
        #expect(copy == path + ".diycloud-19700101-000000")
        #expect(try directory.text(of: "fstab.diycloud-19700101-000000") == Self.text)
        let new = Self.text.replacing("defaults,noatime", with: "defaults,noatime,usrquota")
        #expect(try directory.text(of: "fstab") == new)
        for name in ["fstab", "fstab.diycloud-19700101-000000"] {
            let status = try directory.status(name)
            #expect(status.st_mode & 0o7777 == 0o640 && status.st_uid == 1 && status.st_gid == 2)
            let (_, label) = try TestProcess.run(
                [
                    "python3", "-c", "import os, sys; print(os.getxattr(sys.argv[1], 'user.label'))",
                    directory.path(name),
                ]
            )
            #expect(label == "b'kept'\n")
        }
        #expect(throws: DiskQuotaError.changedMeanwhile(path: path)) { try FstabEditor.apply(edit, now: 0) }
        let undo = FstabEdit(path: path, line: edit.line, before: edit.after, after: edit.before)
        #expect(try FstabEditor.apply(undo, now: 0) == copy + "-2")
    }

    @Test("one that is a symbolic link is left alone")
    func link() throws {
        let directory = try TemporaryDirectory()
        try Self.text.write(toFile: directory.path("real"), atomically: false, encoding: .utf8)
        #expect(symlink("real", directory.path("fstab")) == 0)
        #expect(throws: DiskQuotaError.unreadable(path: directory.path("fstab"), errno: ELOOP)) {
            try Fstab.read(directory.path("fstab"))
        }
    }
}

import TestSupport
import Testing

@testable import DiskQuotas

@Suite("The mount that holds a home")
struct MountTableTests {
    static let text = #"""
        22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw,errors=remount-ro
        23 22 0:21 / /proc rw,nosuid - proc proc rw
        30 22 8:2 / /home rw,noatime shared:5 master:2 - ext4 /dev/sda2 rw,usrquota
        31 22 8:2 /alice /srv/alice rw - ext4 /dev/sda2 rw,usrquota
        32 22 0:44 /@home /data rw - btrfs /dev/sdb rw,subvol=/@home
        33 30 0:50 / /home/net rw shared:7 - nfs4 server:/export\040one rw,vers=4.2
        34 22 0:51 / /with\040space\134and\011tab rw - tmpfs none rw
        35 22 8:3 / /over rw - xfs /dev/sda3 rw,noquota
        36 35 0:52 / /over rw - overlay overlay rw,lowerdir=/a,upperdir=/b
        37 22 0:53 / /auto rw - autofs systemd-1 rw,fd=30
        38 37 8:4 / /auto rw - ext4 /dev/sda4 rw
        """#
    let table = MountTable(parsing: text)

    @Test(
        "it is the last one at the longest mount point above, on the same device",
        arguments: [
            ("/home/alice", 8, 2, 30), ("/home", 8, 2, 30), ("/homer", 8, 1, 22), ("/srv/alice/x", 8, 2, 31),
            ("/srv", 8, 1, 22),
            ("/home/net/bob", 0, 50, 33), ("/over/carol", 0, 52, 36), ("/auto/dave", 8, 4, 38),
            ("/with space\\and\ttab/eve", 0, 51, 34),
        ] as [(String, UInt32, UInt32, UInt64)]
    )
    func longest(path: String, major: UInt32, minor: UInt32, id: UInt64) {
        #expect(table.mount(holding: path, id: nil, deviceMajor: major, deviceMinor: minor)?.id == id)
    }

    @Test("a btrfs subvolume has a device number of its own, any other file system must agree")
    func device() {
        #expect(table.mount(holding: "/data/alice", id: nil, deviceMajor: 0, deviceMinor: 77)?.id == 32)
        #expect(table.mount(holding: "/home/alice", id: nil, deviceMajor: 8, deviceMinor: 9) == nil)
    }

    @Test("the mount id decides where the kernel tells it")
    func id() {
        #expect(table.mount(holding: "/over/carol", id: 35, deviceMajor: 8, deviceMinor: 3)?.type == "xfs")
        #expect(table.mount(holding: "/home/alice", id: 999, deviceMajor: 8, deviceMinor: 2)?.id == 30)
    }

    @Test("escapes, optional fields and both kinds of options are understood")
    func fields() throws {
        let nfs = try #require(table.mounts.first { $0.id == 33 })
        #expect(nfs.source == "server:/export one")
        #expect(nfs.options == ["rw", "rw", "vers=4.2"])
        #expect(nfs.fileSystem.kind == .other("nfs4"))
        #expect(
            table.mounts(ofSameFileSystemAs: try #require(table.mounts.first { $0.id == 30 })).map(\.id) == [30, 31]
        )
    }

    @Test("any bytes are read without a fault, and lines that make no sense change nothing for the others")
    func fuzz() {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<3000 {
            let bytes = random.mutated(Array(Self.text.utf8))
            let mounts = MountTable(parsing: String(decoding: bytes, as: UTF8.self)).mounts
            #expect(mounts.count <= 16 && mounts.count >= 4)
            #expect(mounts.allSatisfy { $0.mountPoint.hasPrefix("/") })
        }
    }

    @Test("the table of this process names the file system of its own root")
    func real() throws {
        let support = try HostDiskQuotas().support(ofHome: "/")
        #expect(support.fileSystem.mountPoint == "/")
    }
}

import HostPrograms
import TestProcesses
import TestSupport
import Testing

/// A real btrfs on a loop device, in a mount namespace of its own, which takes everything away when it ends.
@Suite("btrfs, for real")
struct BtrfsTests {
    /// Runs a script with `$check` and a fresh btrfs at `$homes`: `alice` and `carol` are subvolumes of uid 1001 and 1003, `bob` is a plain
    /// directory of uid 1002.
    /// - Returns: what it printed.
    static func run(_ script: String) async throws -> String {
        let directory = try TemporaryDirectory()
        let stage = """
            set -e
            check=\(TestProcess.built("disk-quota-check")); homes=\(directory.root)/homes; mkdir $homes
            truncate -s 400M \(directory.root)/image; mkfs.btrfs -q \(directory.root)/image
            mount -o loop \(directory.root)/image $homes
            trap 'cd /; umount $homes' EXIT
            btrfs -q subvolume create $homes/alice; btrfs -q subvolume create $homes/carol; mkdir $homes/bob
            chown 1001 $homes/alice; chown 1002 $homes/bob; chown 1003 $homes/carol; chmod 700 $homes/*; chmod 755 \(directory.root)
            as() { setpriv --reuid $1 --regid $1 --clear-groups "${@:2}"; }
            write() { as $1 dd if=/dev/urandom of=$2 bs=64K count=$3 conv=fsync status=none 2>&1 | grep -o 'quota exceeded' || echo written; }
            \(script)
            """
        let result = try await SystemPrograms().run("unshare", ["-m", "bash", "-c", stage])
        try #require(result.status == 0, "\(result.output)\(result.errors)")
        return result.output
    }

    @Test("off until it is enabled on purpose; then what was there is counted, and a dry run changes nothing")
    func enables() async throws {
        let output = try await Self.run(
            """
            write 1001 $homes/alice/old 32
            $check support $homes/alice || echo off
            $check standing 1001 $homes/alice
            $check set 1001 $homes/alice 4194304 || echo refused
            $check enable $homes --dry-run || echo dry $?
            $check support $homes/alice || echo still off
            $check enable $homes
            sync; $check standing 1001 $homes/alice
            $check enable $homes --dry-run && echo again $?
            """
        )
        for line in [
            "off", "refused", "dry 2", "still off", "step: btrfs quota enable", "is a plain directory", "enforced",
            "nothing to do",
            "again 0", "used=2113536 limit=-1",
        ] {
            #expect(output.contains(line), "\(line) is not in:\n\(output)")
        }
    }

    @Test("a write stops at the limit; what btrfs(8) says of it is what was set; the neighbour goes on")
    func bites() async throws {
        let output = try await Self.run(
            """
            $check enable $homes > /dev/null
            $check set 1001 $homes/alice 10485761
            write 1001 $homes/alice/big 400
            write 1003 $homes/carol/big 400
            echo size $(stat -c %s $homes/alice/big)
            btrfs qgroup show -re --raw --sync $homes/alice | awk '$4 == 10485761 { print "btrfs agrees" }'
            $check standing 1001 $homes/alice
            $check set 1001 $homes/alice 10485761
            """
        )
        let size = try #require(
            output.split(separator: "\n").first { $0.hasPrefix("size ") }.flatMap { Int($0.dropFirst(5)) }
        )
        #expect(size <= 10_485_761 && size > 9_000_000)
        for line in ["set", "quota exceeded", "written", "btrfs agrees", "limit=10485761 unit=1", "nothing to do"] {
            #expect(output.contains(line), "\(line) is not in:\n\(output)")
        }
    }

    @Test("a limit can be lowered below use and raised again, and acts at once; other limits of the qgroup stay")
    func moves() async throws {
        let output = try await Self.run(
            """
            $check enable $homes > /dev/null
            btrfs qgroup limit -e 300M $homes/alice
            $check set 1001 $homes/alice 104857600
            write 1001 $homes/alice/first 80
            sync
            $check set 1001 $homes/alice 1048576
            echo lowered $(write 1001 $homes/alice/second 16)
            $check set 1001 $homes/alice 104857600
            echo raised $(write 1001 $homes/alice/third 16)
            btrfs qgroup show -re --raw $homes/alice | awk '$5 == 314572800 { print "exclusive stays" }'
            """
        )
        for line in ["lowered quota exceeded", "raised written", "exclusive stays"] {
            #expect(output.contains(line), "\(line) is not in:\n\(output)")
        }
    }

    @Test("a plain directory, a link and a home that is missing are told, with a way out that works and loses nothing")
    func plain() async throws {
        let output = try await Self.run(
            """
            $check enable $homes > /dev/null
            echo data > $homes/bob/file
            $check set 1002 $homes/bob 4194304 | tee $homes/../said || true
            remedy=$(sed -n "s/.*when nothing of its owner runs: \\(.*\\) — then compare.*/\\1/p" $homes/../said)
            bash -ec "$remedy" > /dev/null
            $check set 1002 $homes/bob 4194304
            stat -c 'bob %u %a' $homes/bob; cat $homes/bob/file
            ln -s alice $homes/link; $check standing 1001 $homes/link
            $check standing 1009 $homes/nobody
            """
        )
        for line in [
            "is a plain directory", "bob 1002 700", "data", "a symbolic link is not followed", "does not exist",
        ] {
            #expect(output.contains(line), "\(line) is not in:\n\(output)")
        }
    }
}

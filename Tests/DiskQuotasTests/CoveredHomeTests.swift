import DiskQuotas
import HostPrograms
import TestProcesses
import TestSupport
import Testing

/// Anybody may mount a file system of their own over their home, into which not even root may look.
@Suite("A home under a FUSE mount of its owner")
struct CoveredHomeTests {
    @Test("its limits are those of the file system below, as the home's neighbours have them")
    func belowTheMount() async throws {
        let directory = try TemporaryDirectory()
        // The kernel itself refuses root; nobody has to answer on the other side.
        let script = """
            set -e
            check=\(TestProcess.built("disk-quota-check")); homes=\(directory.root)/homes
            mkdir -p $homes/alice $homes/bob
            exec 5<>/dev/fuse
            mount -i -n -t fuse -o fd=5,rootmode=40000,user_id=1001,group_id=1001 sshfs $homes/alice
            stat $homes/alice 2>&1 | grep -o 'Permission denied'
            echo alice: $($check support $homes/alice 2>&1 | head -1)
            echo bob: $($check support $homes/bob 2>&1 | head -1)
            umount $homes/alice
            """
        let result = try await SystemPrograms().run("unshare", ["-m", "bash", "-c", script])
        try #require(result.status == 0, "\(result.output)\(result.errors)")
        let lines = result.output.split(separator: "\n").map(String.init)
        try #require(lines.first == "Permission denied" && lines.count == 3)
        let (alice, bob) = (lines[1].dropFirst("alice: ".count), lines[2].dropFirst("bob: ".count))
        #expect(!alice.contains("ermission"))
        #expect(alice == bob)
    }
}

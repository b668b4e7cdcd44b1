import Backups
import Foundation
import Glibc
import Testing

/// As root: what is read and written as the person would fail otherwise.
@Suite(.serialized)
struct NotebooksTests {
    @Test("notebooks come back beside the old ones, with modes, attributes and the owner of today")
    func roundTrip() async throws {
        let house = try House()
        let manifest = try await house.write(people: true)
        let item = try #require(manifest.items.last)
        #expect(item.kind == .notebooks && item.person == "alice")
        #expect(Set(item.skipped.map(\.reason)) == ["a pipe", "its owner may not read it"])
        try house.write("/home/alice/notebooks/first.ipynb", "newer")
        let plan = try await house.restore(people: true)
        let restored = "/home/alice/notebooks.restored-\(plan.stamp)"
        #expect(house.text("/home/alice/notebooks/first.ipynb") == "newer")
        #expect(house.text(restored + "/first.ipynb") == "{}")
        #expect(house.status(restored + "/run.sh")?.st_mode == S_IFREG | 0o750)
        #expect(house.status(restored + "/deep/er/data.csv")?.st_uid == House.uid)
        #expect(house.status(restored + "/of-root") == nil)
        #expect(house.status(restored + "/pipe") == nil)
        let attribute = "import os; print(os.getxattr('\(house.real(restored))/first.ipynb', 'user.kind').decode())"
        #expect(try Shell.output("python3 -c \"\(attribute)\"") == "note\n")
        // The link is kept as a link; what it leads to is nowhere in the backup.
        #expect(try Shell.output("readlink '\(house.real(restored))/link'") == "/etc/shadow\n")
    }

    @Test("a link in the place of the directory leads nowhere")
    func linkForNotebooks() async throws {
        let house = try House()
        try FileManager.default.removeItem(atPath: house.real("/home/alice/notebooks"))
        try FileManager.default.createSymbolicLink(
            atPath: house.real("/home/alice/notebooks"),
            withDestinationPath: house.real("/etc/diycloud-bridge")
        )
        await #expect(throws: BackupError.self) { try await house.write(people: true) }
        #expect(house.status("/backups/cloud.tar") == nil)
    }

    @Test("a directory that is swapped for a link while it is read gives away nothing")
    func swaps() async throws {
        let house = try House()
        try house.write("/secret/data.csv", "TOP-SECRET", mode: 0o600)
        _ = chmod(house.real("/secret"), 0o700)
        let deep = house.real("/home/alice/notebooks/deep")
        let swapper = Task.detached {
            while !Task.isCancelled {
                rename(deep + "/er", deep + "/aside")
                symlink(house.real("/secret"), deep + "/er")
                unlink(deep + "/er")
                rename(deep + "/aside", deep + "/er")
            }
        }
        for _ in 0..<5 {
            _ = try await Backup.write(
                house.plan(people: true, replaces: true),
                to: house.backup,
                programs: QuietPrograms()
            )
            let text = try Shell.output(
                "cd /; tar -xOf '\(house.backup)' --wildcards 'notebooks/*' | zstd -dc | grep -ac TOP-SECRET || true"
            )
            #expect(text == "0\n")
        }
        swapper.cancel()
        await swapper.value
    }

    @Test("nobody gets notebooks that the backup has not")
    func absent() async throws {
        let house = try House()
        try await house.write()
        await #expect(throws: BackupError.nobodyInIt(["alice"])) {
            try await Restore.plan(house.backup, options: house.options(people: true), programs: QuietPrograms())
        }
    }
}

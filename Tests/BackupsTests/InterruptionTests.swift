import Backups
import Foundation
import Glibc
import Testing

@Suite(.serialized)
struct InterruptionTests {
    @Test("a backup that fails at any step leaves nothing, or the file from before")
    func failingBackup() async throws {
        let house = try House()
        let whole = QuietPrograms()
        try await house.write(people: true, programs: whole)
        let before = try Data(contentsOf: URL(fileURLWithPath: house.backup))
        for step in 0..<whole.count {
            await #expect(throws: BackupError.self, "step \(step)") {
                try await Backup.write(
                    house.plan(people: true, replaces: true),
                    to: house.backup,
                    programs: QuietPrograms(failing: step)
                )
            }
            #expect(house.leftovers.isEmpty, "step \(step)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: house.backup)) == before, "step \(step)")
        }
    }

    @Test("a restore that fails at any step leaves the host as it was, with its services running")
    func failingRestore() async throws {
        let house = try House()
        try await house.write()
        try house.write("/etc/diycloud-bridge/bridge.yaml", "later: yes\n")
        let plan = try await Restore.plan(house.backup, options: house.options(), programs: QuietPrograms())
        var step = 0
        while true {
            try house.write("/etc/diycloud-bridge/bridge.yaml", "later: yes\n")
            let programs = QuietPrograms(running: ["diycloud-bridge.service"], failing: step)
            do {
                try await Restore.apply(plan, programs: programs)
                break
            } catch {
                #expect(house.text("/etc/diycloud-bridge/bridge.yaml") == "later: yes\n", "step \(step)")
                #expect(try house.rows("/opt/diycloud/usermgmt/db/users.db") == 200, "step \(step)")
                #expect(try Shell.output("find '\(house.root)' -name '.*.before-*'") == "", "step \(step)")
            }
            // What it saved of now, before it failed.
            if let saved = plan.saved { unlink(saved) }
            step += 1
            try #require(step < 200)
        }
        #expect(step > 10)
    }

    @Test("what a killed run left is taken over by the next, and never looks like a backup")
    func killed() async throws {
        let house = try House()
        try house.write("/backups/cloud.tar.part", "half of it", mode: 0o600)
        try house.write("/backups/cloud.tar.parts/user-store.db", "half of it", mode: 0o600)
        try await house.write()
        #expect(house.leftovers.isEmpty)
        _ = try Archive.verify(house.backup)
    }

    @Test("two runs do not write the same file")
    func twoRuns() async throws {
        let house = try House()
        let other = open(house.backup + ".part", O_RDWR | O_CREAT, 0o600)
        #expect(flock(other, LOCK_EX) == 0)
        await #expect(throws: BackupError.inProgress(house.backup)) { try await house.write() }
        close(other)
        try await house.write()
    }

    @Test("Portainer is paused while its data is read, goes on afterwards, and is stopped around a restore")
    func portainer() async throws {
        let house = try House()
        try house.write("/volume/portainer.db", "data", mode: 0o600)
        try house.write("/volume/compose/1/docker-compose.yml", "services: {}")
        try house.write(
            "/bin/docker",
            """
            #!/bin/sh
            echo "$1 $2" >>'\(house.root)/asked'
            case "$*" in
                *Mountpoint*) echo '\(house.root)/volume' ;;
                *Running*) echo true ;;
                *Paused*) echo false ;;
            esac
            """,
            mode: 0o755
        )
        var places = house.places
        places.portainer = .init()
        let programs = QuietPrograms(docker: house.root + "/bin")
        _ = try await Backup.write(BackupPlan(places: places, version: "1"), to: house.backup, programs: programs)
        #expect(house.text("/asked")?.hasSuffix("pause portainer\nunpause portainer\n") == true)
        try house.write("/volume/portainer.db", "later", mode: 0o600)
        var options = house.options()
        options.places = places
        let plan = try await Restore.plan(house.backup, options: options, programs: programs)
        #expect(plan.container == "portainer")
        try await Restore.apply(plan, programs: programs)
        #expect(house.text("/volume/portainer.db") == "data")
        #expect(house.text("/volume/compose/1/docker-compose.yml") == "services: {}")
        #expect(house.text("/asked")?.contains("stop portainer\n") == true)
        #expect(house.text("/asked")?.hasSuffix("start portainer\n") == true)
    }
}

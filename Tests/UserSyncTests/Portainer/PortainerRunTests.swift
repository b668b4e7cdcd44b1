import Foundation
import Identity
import PortainerClient
import SyncReport
import TestProcesses
import Testing
import UserSync

@Suite("Portainer follows the user store", .serialized)
struct PortainerRunTests {
    private static let generations = ["2.23", "2.43"]

    private func desired(_ people: [(name: String, role: Role, active: Bool)]) throws -> DesiredState {
        DesiredState(
            try people.map { DesiredPerson(name: try UserName($0.name), isActive: $0.active, role: $0.role) }
        )
    }

    private func everybody(bob: Bool = true) throws -> DesiredState {
        try desired([("ada", .admin, true), ("bob", .user, bob), ("root-ish", .user, true)])
    }

    private func with(
        _ generation: String = "2.23",
        _ body: (PortainerStage) async throws -> Void
    ) async throws {
        let stage = try PortainerStage(generation)
        do {
            try await body(stage)
        } catch {
            await stage.client.shutdown()
            throw error
        }
        await stage.client.shutdown()
    }

    /// What is to be so after every run that was not disturbed.
    private func expectSettled(_ stage: PortainerStage, _ desired: DesiredState) async throws {
        let users = try await stage.client.users()
        let environments = try await stage.client.environments()
        for person in desired.people.values where person.isActive {
            let user = try #require(users.first { $0.name == person.name.rawValue })
            #expect(user.isAdmin == (person.role == .admin))
            let own = environments.filter { $0.name == "diycloud-\(person.name)" }
            #expect(own.count == 1)
            #expect(own.first?.users == [user.id])
            #expect(own.first?.teams == [])
            #expect(own.first?.url == stage.goal.environmentURL)
            #expect(own.first?.switches.filter(\.value).map(\.key) == [.stackManagement])
        }
        let ours = try await stage.client.keys(of: 1).filter { $0.description == PortainerClient.keyDescription }
        #expect(ours.count == 1)
        #expect(try await stage.client.settings() == stage.goal.settings)
        #expect(try await stage.client.templates().map(\.isPublic) == [true])
        let status = try stage.directory.status("secret/api.key")
        #expect(status.st_mode & 0o777 == 0o600)
        let before = stage.writes
        let again = await stage.run(desired)
        #expect(again.applied.isEmpty)
        #expect(again.isComplete)
        #expect(again.findings.isEmpty)
        #expect(stage.writes == before)
    }

    @Test("the first run sets it up, and the second changes nothing", arguments: generations)
    func firstBoot(generation: String) async throws {
        try await with(generation) { stage in
            let desired = try everybody()
            let outcome = await stage.run(desired)
            #expect(outcome.failed.isEmpty)
            #expect(outcome.troubles.isEmpty)
            #expect(outcome.findings.isEmpty)
            #expect(
                outcome.applied.map(\.kind) == ["make-key", "set-settings", "create-team", "create-team"]
                    + Array(repeating: "add-user", count: 3) + Array(repeating: "create-environment", count: 3)
                    + ["set-template"]
            )
            try await expectSettled(stage, desired)
            #expect(Set(stage.callers.compactMap { $0.split(separator: " ").first }) == ["ada", "bob", "root-ish"])
            #expect(stage.writes.count { $0 == "POST /api/auth" } == 1)
            #expect(stage.remarks.isEmpty)
            let teams = try await stage.client.teams()
            let members = try await stage.client.memberships()
            let sizes = Dictionary(
                uniqueKeysWithValues: teams.map { team in (team.name, members.count { $0.team == team.id }) }
            )
            #expect(sizes == ["diycloud-users": 3, "diycloud-admins": 1])
        }
    }

    @Test("a run that is killed after any change is finished by those after it", arguments: generations)
    func killed(generation: String) async throws {
        try await with(generation) { stage in
            let desired = try everybody()
            var runs = 0
            while runs < 60 {
                runs += 1
                let dying = DyingPortainer(stage.client, changes: 1)
                if await stage.run(desired, by: dying).isComplete { break }
            }
            #expect(runs > 10 && runs < 60)
            try await expectSettled(stage, desired)
            let off = try everybody(bob: false)
            // What ends sign-ins cannot be seen afterwards, and is done again; each of these runs lives a little longer.
            for changes in 1..<10 {
                if await stage.run(off, by: DyingPortainer(stage.client, changes: changes)).isComplete { break }
            }
            try await expectSettled(stage, off)
            let environments = try await stage.client.environments()
            #expect(environments.first { $0.name == "diycloud-bob" }?.users == [])
        }
    }

    @Test("who is switched off or gone loses access, role, tokens and sign-ins, and nothing of theirs is deleted")
    func switchOff() async throws {
        try await with { stage in
            await stage.run(try everybody())
            let off = try desired([("ada", .admin, false), ("root-ish", .user, true)])
            let outcome = await stage.run(off, allowsMass: true)
            #expect(outcome.applied.map(\.kind) == ["revoke", "revoke"])
            #expect(outcome.isComplete)
            let users = try await stage.client.users()
            #expect(users.filter(\.isAdmin).map(\.id) == [1])
            #expect(users.count == 4)
            let environments = try await stage.client.environments()
            #expect(environments.count == 3)
            #expect(environments.count { $0.users.isEmpty } == 2)
            let ids = Set(users.filter { ["ada", "bob"].contains($0.name) }.map(\.id))
            #expect(try await stage.client.memberships().allSatisfy { !ids.contains($0.user) })
            try await expectSettled(stage, off)
            let back = await stage.run(try everybody())
            #expect(back.isComplete)
            #expect(Set(back.applied.map(\.kind)) == ["settle-user", "settle-environment"])
            try await expectSettled(stage, try everybody())
        }
    }

    @Test("a lost store switches nobody off")
    func lostStore() async throws {
        try await with { stage in
            await stage.run(try everybody())
            let outcome = await stage.run(DesiredState([]))
            #expect(outcome.findings.map(\.kind) == ["mass-disable"])
            #expect(outcome.applied.isEmpty)
            #expect(try await stage.client.environments().allSatisfy { $0.users.count == 1 })
        }
    }

    @Test("a key that was deleted in Portainer is replaced, and older ones of ours go", arguments: generations)
    func deletedKey(generation: String) async throws {
        try await with(generation) { stage in
            let desired = try everybody()
            await stage.run(desired)
            let old = try #require(try await stage.client.keys(of: 1).first)
            try await stage.client.deleteKey(old.id, of: 1)
            let outcome = await stage.run(desired)
            #expect(outcome.applied.map(\.kind) == ["make-key"])
            try await expectSettled(stage, desired)
            // The file is lost, and the key it held goes on to be known.
            try FileManager.default.removeItem(atPath: stage.directory.path("secret/api.key"))
            #expect(await stage.run(desired).applied.map(\.kind) == ["make-key"])
            try await expectSettled(stage, desired)
        }
    }

    @Test(
        "with a wrong password and no key nothing is done, it is said once, and Portainer is not asked again and again"
    )
    func wrongPassword() async throws {
        try await with { stage in
            try Data("not the password at all\n".utf8).write(
                to: URL(fileURLWithPath: stage.directory.path("admin.password"))
            )
            chmod(stage.directory.path("admin.password"), 0o600)
            for _ in 0..<20 {
                let outcome = await stage.run(try everybody())
                #expect(outcome.applied.isEmpty)
                #expect(outcome.troubles[.portainer]?.contains("another password") == true)
            }
            #expect(stage.writes == ["POST /api/auth"])
        }
    }

    @Test("with a key, another password in the file changes nothing; a restart of Portainer does not either")
    func restart() async throws {
        try await with { stage in
            let desired = try everybody()
            await stage.run(desired)
            try Data("another password than before\n".utf8)
                .write(to: URL(fileURLWithPath: stage.directory.path("admin.password")))
            try await stage.restart()
            try await expectSettled(stage, desired)
        }
    }

    @Test("Portainer away is trouble that is told, with the way out")
    func away() async throws {
        try await with { stage in
            await stage.end()
            let outcome = await stage.run(try everybody())
            #expect(outcome.troubles[.portainer]?.contains("portainer.url") == true)
            #expect(outcome.applied.isEmpty)
        }
    }

    @Test("a new certificate is shown to Docker from then on", arguments: generations)
    func rotation(generation: String) async throws {
        try await with(generation) { stage in
            let desired = try everybody()
            await stage.run(desired)
            let old = Set(stage.callers)
            try stage.issue("bob")
            let outcome = await stage.run(desired)
            #expect(outcome.applied.map(\.kind) == ["renew-certificate"])
            let bob = try #require(try await stage.client.environments().first { $0.name == "diycloud-bob" })
            try await stage.client.takeSnapshot(of: bob.id)
            let new = Set(stage.callers).subtracting(old)
            #expect(new.count == 1)
            #expect(new.first?.hasPrefix("bob ") == true)
            try await expectSettled(stage, desired)
        }
    }

    @Test("while the guard is away few creations are tried, and those that are left come when it is back")
    func guardAway() async throws {
        try await with { stage in
            let desired = try everybody()
            try stage.shut(true)
            let first = await stage.run(desired)
            #expect(first.failed.map(\.change.kind) == Array(repeating: "create-environment", count: 3))
            #expect(first.failed.first?.reason.contains("Docker guard") == true)
            #expect(stage.writes.count { $0 == "POST /api/endpoints" } == 2)
            try stage.shut(false)
            let second = await stage.run(desired)
            #expect(second.isComplete)
            try await expectSettled(stage, desired)
            // Portainer looks while the guard is away again, and thinks it is down until somebody lets it look.
            try stage.shut(true)
            let bob = try #require(try await stage.client.environments().first { $0.name == "diycloud-bob" })
            try await stage.client.takeSnapshot(of: bob.id)
            let down = await stage.run(desired)
            #expect(down.failed.map(\.change.kind) == ["look-again"])
            try stage.shut(false)
            #expect(await stage.run(desired).applied.map(\.kind) == ["look-again"])
            try await expectSettled(stage, desired)
        }
    }

    @Test("people without a certificate wait for it, and the others do not wait for them")
    func noCertificate() async throws {
        try await with { stage in
            try FileManager.default.removeItem(atPath: stage.directory.path("clients/bob.key"))
            let outcome = await stage.run(try everybody())
            #expect(outcome.isComplete)
            #expect(outcome.findings.map(\.kind) == ["no-certificate"])
            #expect(try await stage.client.environments().count == 2)
            try stage.issue("bob")
            #expect(await stage.run(try everybody()).applied.map(\.kind) == ["create-environment"])
        }
    }

    @Test("what somebody else made is left alone, and what was changed by hand in ours is put back")
    func others() async throws {
        try await with { stage in
            let desired = try everybody()
            await stage.run(desired)
            let client = stage.client
            let carol = try await client.createUser("carol", admin: true)
            let team = try await client.createTeam("friends")
            try await client.join(user: carol.id, team: team.id)
            let key = try String(contentsOfFile: stage.directory.path("secret/api.key"), encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let other = try await client.createEnvironment(
                "theirs",
                url: stage.goal.environmentURL ?? "",
                publicHost: "",
                certificate: try certificate(stage, "bob")
            )
            try await client.setAccess(users: [carol.id], of: other.id)
            try await expectSettled(stage, desired)
            #expect(try await client.environments().first { $0.id == other.id }?.users == [carol.id])
            #expect(!key.isEmpty)
            let bob = try #require(try await client.environments().first { $0.name == "diycloud-bob" })
            try await client.setAccess(users: [carol.id, 1], of: bob.id)
            try await client.set([.privilegedMode: true], of: bob.id)
            let outcome = await stage.run(desired)
            #expect(
                outcome.applied.map(\.what) == [
                    "set in the environment diycloud-bob: security settings, access for bob alone"
                ]
            )
            try await expectSettled(stage, desired)
        }
    }

    private func certificate(_ stage: PortainerStage, _ name: String) throws -> ClientCertificate {
        func bytes(_ file: String) throws -> [UInt8] { Array(try stage.directory.text(of: file).utf8) }
        return ClientCertificate(
            authority: try bytes("ca.pem"),
            certificate: try bytes("clients/\(name).pem"),
            key: try bytes("clients/\(name).key")
        )
    }

    @Test("a changed compose file and a changed client secret are brought to Portainer")
    func changedFiles() async throws {
        try await with { stage in
            let desired = try everybody()
            await stage.run(desired)
            _ = try TestProcess.shell(
                "cd \(stage.directory.root); echo '# more' >> templates/web.compose.yaml; openssl rand -hex 32 > oauth.secret"
            )
            #expect(await stage.run(desired).applied.map(\.kind) == ["set-settings", "set-template"])
            try await expectSettled(stage, desired)
        }
    }

    @Test("a dry run asks for much and changes nothing")
    func dryRun() async throws {
        try await with { stage in
            let desired = try everybody()
            let plan = await stage.reconciler(desired).plan(desired, scope: SyncScope(areas: [.portainer]))
            #expect(plan.changes.count == 11)
            #expect(stage.writes == ["POST /api/auth"])
        }
    }
}

import DockerCertificates
import Foundation
import Identity
import SyncReport
import TestSupport
import Testing
import UserSync

@Suite("what Docker lacks")
struct DockerPlannerTests {
    private let now = Int64(Date().timeIntervalSince1970)
    private let alice: DesiredPerson
    private let bob: DesiredPerson

    init() throws {
        alice = DesiredPerson(name: try UserName("alice"))
        bob = DesiredPerson(name: try UserName("bob"), isActive: false)
    }

    private func planner(
        _ people: [DesiredPerson],
        _ reading: DockerReading,
        names: Set<UserName>? = nil,
        whenDisabled: DockerPlanner.WhenDisabled = .stop,
        usesCertificates: Bool = true,
        later: Int64 = 0
    ) -> DockerPlanner {
        DockerPlanner(
            desired: DesiredState(people),
            reading: reading,
            scope: SyncScope(areas: [.docker], names: names),
            whenDisabled: whenDisabled,
            usesCertificates: usesCertificates,
            now: now + later
        )
    }

    /// Real certificates, made and read again.
    private func standing(_ names: [String], _ more: (CertificateDirectory) throws -> Void = { _ in }) throws
        -> CertificateStanding
    {
        let place = try TemporaryDirectory()
        return try withExtendedLifetime(place) {
            let directory = CertificateDirectory(path: place.path("docker"))
            try directory.makeAuthority(now: now)
            try directory.makeServer(["127.0.0.1"], lifetime: 90 * 86_400, now: now)
            try directory.makeClients(names, lifetime: 90 * 86_400, now: now)
            try more(directory)
            return try directory.standing(serverNames: ["127.0.0.1"])
        }
    }

    private func container(_ id: String, _ owner: UserName, running: Bool = true, paused: Bool = false)
        -> DockerReading.Container
    {
        DockerReading.Container(id: id, name: "web-\(id)", owner: owner, isRunning: running, isPaused: paused)
    }

    @Test("on a new host the authority comes first, then the guard, then everybody who is active")
    func fresh() {
        let plan = planner([alice, bob], DockerReading(firewallHolds: false)).settle()
        #expect(plan.steps.map(\.step) == [.installFirewall, .makeAuthority, .makeServer, .makeClient(alice.name)])
    }

    @Test("when all is there, there is nothing to do, and no step is left unshown")
    func settled() throws {
        let planner = planner([alice, bob], DockerReading(certificates: try standing(["alice"])))
        #expect(planner.settle().isEmpty && planner.switchOff(withheld: []).isEmpty)
        for step: DockerPlanner.Step in [
            .makeAuthority, .makeServer, .makeClient(alice.name), .revoke("bob"), .dropOld, .installFirewall,
            .stop(container: "1", of: bob.name),
        ] {
            #expect(planner.shows(step), "\(step)")
        }
    }

    @Test("where nobody reaches the guard by TLS there are no certificates")
    func withoutTLS() {
        #expect(planner([alice], DockerReading(), usesCertificates: false).settle().isEmpty)
    }

    @Test("in the last third of its life a certificate is made anew, and the old one goes a day later")
    func rotation() throws {
        let first = try standing(["alice"])
        let due: Int64 = 61 * 86_400
        #expect(planner([alice], DockerReading(certificates: first), later: 59 * 86_400).settle().isEmpty)
        let plan = planner([alice], DockerReading(certificates: first), later: due).settle()
        #expect(plan.steps.map(\.step) == [.makeServer, .makeClient(alice.name)])
        let second = try standing(["alice"]) { directory in
            try directory.makeClients(["alice"], lifetime: 90 * 86_400, now: now)
        }
        #expect(second.listed.count == 2)
        #expect(planner([alice], DockerReading(certificates: second), later: 3600).settle().isEmpty)
        let later = planner([alice], DockerReading(certificates: second), later: 86_400 + 600)
        #expect(later.settle().steps.map(\.step) == [.dropOld])
        #expect(later.kept.map(\.serial) == [second.clients["alice"]?.serial])
    }

    @Test("a certificate that the list does not name is as good as none")
    func unlisted() throws {
        let standing = try standing(["alice"]) { try $0.settle([]) }
        #expect(
            planner([alice], DockerReading(certificates: standing)).settle().steps.map(\.step) == [
                .makeClient(alice.name)
            ]
        )
    }

    @Test("who is disabled, or gone, loses certificate and containers; who is withheld keeps them")
    func switchedOff() throws {
        let gone = try UserName("gone")
        var reading = DockerReading(certificates: try standing(["alice", "bob", "gone", "Not A Name"]))
        reading.containers = [
            container("1", alice.name), container("2", bob.name), container("3", bob.name, running: false),
            container("4", gone), container("5", bob.name, paused: true),
        ]
        let planner = planner([alice, bob], reading)
        #expect(
            planner.switchOff(withheld: []).steps.map(\.step) == [
                .revoke("Not A Name"), .revoke("bob"), .revoke("gone"), .stop(container: "2", of: bob.name),
                .stop(container: "5", of: bob.name), .stop(container: "4", of: gone),
            ]
        )
        #expect(planner.switchOff(withheld: [bob.name, gone]).steps.map(\.step) == [.revoke("Not A Name")])
        #expect(
            !planner.shows(.stop(container: "2", of: bob.name)) && planner.shows(.stop(container: "3", of: bob.name))
        )
    }

    @Test("containers can be paused instead, or left alone; others' are never named")
    func ways() {
        let reading = DockerReading(containers: [container("1", bob.name), container("2", bob.name, paused: true)])
        func steps(_ way: DockerPlanner.WhenDisabled) -> [DockerPlanner.Step] {
            planner([bob], reading, whenDisabled: way).switchOff(withheld: []).steps.map(\.step)
        }
        #expect(steps(.pause) == [.pause(container: "1", of: bob.name)])
        #expect(steps(.leave) == [])
        #expect(planner([bob], reading, names: [alice.name]).switchOff(withheld: []).isEmpty)
    }

    @Test("what could not be looked at proves nothing")
    func blind() {
        let planner = planner([bob], DockerReading(containers: nil, firewallHolds: nil))
        #expect(!planner.shows(.stop(container: "1", of: bob.name)) && !planner.shows(.installFirewall))
        #expect(planner.switchOff(withheld: []).isEmpty)
    }

    @Test("who takes more disk than their quota, and who can go past the guard, is told")
    func findings() throws {
        var reading = DockerReading(certificates: try standing(["alice"]))
        reading.bytes = [
            alice.name: try #require(ByteCount(bytes: alice.quota.disk.bytes + 1)), bob.name: alice.quota.disk,
        ]
        reading.engineGroup = ["alice", "bob", "root"]
        let findings = planner([alice, bob], reading).settle().findings
        #expect(findings.map(\.kind) == ["container-disk", "docker-group"])
        #expect(findings.allSatisfy { $0.user == "alice" && $0.remedy != nil })
    }
}

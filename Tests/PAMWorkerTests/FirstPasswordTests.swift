import Identity
import PAMClient
import PAMProtocol
import Testing

@Suite("The first password of an account", .enabled(if: isRoot, "accounts are made in an overlay over /etc"))
struct FirstPasswordTests {
    private static let stack = """
        auth required pam_unix.so
        account required pam_unix.so
        password required pam_unix.so yescrypt
        """
    /// `nora` is as `sync-users` leaves her; each of the others lacks one thing.
    private static let setup = """
        groupadd -f diycloud-users
        for name in nora locked expired settled empty; do
          useradd --no-create-home -G diycloud-users -p "*" $name
        done
        useradd --no-create-home -p "*" stranger
        useradd --no-create-home --gid diycloud-users -p "*" primary
        useradd --system --no-create-home -G diycloud-users -p "*" robot
        usermod -L locked; chage -E 1 expired; passwd -q -d empty; echo "settled:battery staple" | chpasswd
        """

    private func field(of name: String, on host: WorkerHost) throws -> String {
        try host.run("getent shadow \(name) | cut -d: -f2 | tr -d \"\\n\" > \(host.directory.path)/field")
        return try String(contentsOf: host.directory.appendingPathComponent("field"), encoding: .utf8)
    }

    @Test("it goes to shadow by the stack of the distribution, and PAM knows it from then on")
    func set() async throws {
        let host = try await WorkerHost(stack: Self.stack, setup: Self.setup)
        let client = host.client()
        let nora = try UserName("nora")
        #expect(try await client.stateForSignIn(of: nora).awaitsFirstPassword)
        #expect(try await client.verdict("correct horse", as: "nora") == .refused(code: 7, phase: .authentication))
        #expect(try await client.setFirstPassword("correct horse", of: nora) == .set)
        #expect(try field(of: "nora", on: host).hasPrefix("$y$"))
        #expect(try await !client.stateForSignIn(of: nora).awaitsFirstPassword)
        #expect(try await client.verdict("correct horse", as: "nora") == .accepted)
        #expect(try await client.verdict("correct hors3", as: "nora") == .refused(code: 7, phase: .authentication))
    }

    @Test("there is no second one: a password that is there is not replaced")
    func once() async throws {
        let host = try await WorkerHost(stack: Self.stack, setup: Self.setup)
        let nora = try UserName("nora")
        #expect(try await host.client().setFirstPassword("correct horse", of: nora) == .set)
        let hash = try field(of: "nora", on: host)
        guard case .notWanted = try await host.client().setFirstPassword("another", of: nora) else {
            Issue.record("a password was replaced")
            return
        }
        #expect(try field(of: "nora", on: host) == hash)
    }

    @Test(
        "nobody else gets one, whoever asks",
        arguments: [
            "locked", "expired", "settled", "empty", "stranger", "primary", "robot", "root", "daemon", "nobody-here",
        ]
    )
    func others(name: String) async throws {
        let host = try await WorkerHost(stack: Self.stack, setup: Self.setup)
        let before = try field(of: name, on: host)
        guard case .notWanted = try await host.client().setFirstPassword("correct horse", of: try UserName(name)) else {
            Issue.record("\(name) was given a password")
            return
        }
        #expect(try field(of: name, on: host) == before)
        #expect(try await host.client().stateForSignIn(of: try UserName("locked")).awaitsFirstPassword == false)
    }

    @Test(
        "a stack that does not take it, or asks for something else, leaves the account as it was and says why",
        arguments: [
            "pam_deny.so", "TEST current", "TEST picky", "pam_permit.so",
        ]
    )
    func refused(module: String) async throws {
        let stack = "auth required pam_unix.so\naccount required pam_unix.so\npassword required \(module)"
        let host = try await WorkerHost(stack: stack, setup: Self.setup)
        let verdict = try await host.client().setFirstPassword("correct horse", of: try UserName("nora"))
        guard case .refused(let reason) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(!reason.contains("correct horse"))
        if module == "TEST picky" { #expect(reason.contains("BAD PASSWORD: too plain")) }
        if module == "TEST current" { #expect(reason.contains("Current password")) }
        #expect(try field(of: "nora", on: host) == "*")
    }

    @Test("without a service file nothing is set")
    func noService() async throws {
        let host = try await WorkerHost(stack: Self.stack, setup: Self.setup)
        try host.run("rm \(host.directory.path)/pam.d/bridge")
        guard case .unavailable = try await host.client().setFirstPassword("correct horse", of: try UserName("nora"))
        else {
            Issue.record("another answer was expected")
            return
        }
        #expect(try field(of: "nora", on: host) == "*")
    }
}

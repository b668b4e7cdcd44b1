import Identity
import PAMClient
import PAMProtocol
import Testing

@Suite("Linux accounts through pam_unix", .enabled(if: isRoot, "accounts are made in an overlay over /etc"))
struct AccountTests {
    static let stack = """
        auth required pam_unix.so nullok
        account required pam_unix.so
        password required pam_unix.so sha512
        """
    static let setup = """
        for name in alice locked expired changeme empty idle warned dated; do
          useradd --no-create-home $name; echo "$name:correct horse" | chpasswd -c SHA512
        done
        usermod -L locked; chage -E 1 expired; chage -d 0 changeme; passwd -q -d empty
        chage -d 2020-01-01 -M 10 -I 5 idle; chage -d "$(date -d '8 days ago' +%F)" -M 10 -W 7 warned; chage -E 2099-12-31 dated
        """

    @Test("the right password signs in, a wrong one and an unknown name do not")
    func passwords() async throws {
        let host = try await WorkerHost(stack: Self.stack, setup: Self.setup)
        let client = host.client()
        #expect(try await client.verdict("correct horse") == .accepted)
        #expect(try await client.verdict("correct hors3") == .refused(code: 7, phase: .authentication))
        #expect(
            try await client.verdict(String(repeating: "x", count: 511)) == .refused(code: 7, phase: .authentication)
        )
        #expect(
            try await client.verdict("correct horse", as: "nobody-here") == .refused(code: 10, phase: .authentication)
        )
        #expect(try await client.verdict("correct horse", as: "locked") == .refused(code: 7, phase: .authentication))
    }

    @Test("an account that has expired, or whose password expired for good, is refused with the right password")
    func expired() async throws {
        let host = try await WorkerHost(stack: Self.stack, setup: Self.setup)
        #expect(try await host.client().verdict("correct horse", as: "expired") == .refused(code: 13, phase: .account))
        #expect(try await host.client().verdict("correct horse", as: "idle") == .refused(code: 27, phase: .account))
    }

    @Test("an empty hash lets nobody in, although the stack says nullok")
    func emptyHash() async throws {
        let host = try await WorkerHost(stack: Self.stack, setup: Self.setup)
        for password in ["anything", "x"] {
            guard case .refused = try await host.client().verdict(password, as: "empty") else {
                Issue.record("an empty hash must not be a sign-in")
                return
            }
        }
    }

    @Test("a warning that the password will expire travels with the success")
    func warning() async throws {
        let host = try await WorkerHost(stack: Self.stack, setup: Self.setup)
        let (_, step) = try await host.client().begin("correct horse", as: "warned")
        #expect(step.verdict == .accepted)
        #expect(step.notices.contains { $0.contains("expire") })
    }

    @Test("an expired password asks for a new one, which counts from then on")
    func newPassword() async throws {
        let host = try await WorkerHost(stack: Self.stack, setup: Self.setup)
        let client = host.client()
        let (found, first) = try await client.begin("correct horse", as: "changeme")
        let conversation = try #require(found)
        #expect(first.purpose == .newPassword)
        // pam_unix wants the old one again, as login(1) does; it is asked for, never filled in.
        #expect(first.prompts == ["Current password: "])
        #expect(first.notices.contains { $0.contains("change your password") })
        var step = try await conversation.answer(["correct horse"])
        for _ in 0..<2 {
            #expect(step.purpose == .newPassword)
            step = try await conversation.answer(["new stable battery"])
        }
        #expect(step.verdict == .accepted)
        #expect(try await client.verdict("new stable battery", as: "changeme") == .accepted)
        #expect(try await client.verdict("correct horse", as: "changeme") == .refused(code: 7, phase: .authentication))
    }

    @Test(
        "a wrong password never comes as far as the new-password questions, and a mistyped repetition changes nothing"
    )
    func newPasswordRefused() async throws {
        let host = try await WorkerHost(stack: Self.stack, setup: Self.setup)
        let client = host.client()
        #expect(try await client.verdict("wrong", as: "changeme") == .refused(code: 7, phase: .authentication))
        let (conversation, _) = try await client.begin("correct horse", as: "changeme")
        _ = try await conversation?.answer(["correct horse"])
        _ = try await conversation?.answer(["new stable battery"])
        let step = try await conversation?.answer(["another"])
        // Some versions ask once more, some give up.
        #expect(step?.verdict != .accepted)
        if let verdict = step?.verdict, case .refused(_, let phase) = verdict { #expect(phase == .newPassword) }
        await conversation?.cancel()
        guard case .questions = try await client.begin("correct horse", as: "changeme").1 else {
            Issue.record("the old password must still be there")
            return
        }
    }

    @Test("root's eyes see which accounts exist, are locked or have expired, and a change at once")
    func inspect() async throws {
        let host = try await WorkerHost(stack: Self.stack, setup: Self.setup)
        let client = host.client()
        let names = try ["alice", "locked", "expired", "idle", "dated", "nobody-here", "empty"].map { try UserName($0) }
        let states = try await client.inspect(names)
        func state(_ name: String) throws -> AccountState { try #require(states[try UserName(name)]) }
        #expect(try state("alice").isUsable)
        #expect(try state("alice").uid >= 1000)
        #expect(try state("alice").hasShadow)
        #expect(try state("alice").expiryDay == nil)
        #expect(try state("locked").locked)
        #expect(try !state("locked").isUsable)
        #expect(try state("expired").expired)
        #expect(try state("expired").expiryDay == 1)
        #expect(try state("idle").expired)
        #expect(try state("dated").expiryDay == 47_481)
        #expect(try state("dated").isUsable)
        #expect(try state("nobody-here") == .absent)
        #expect(try !state("empty").locked)
        try host.run("usermod -L alice; userdel dated")
        let later = try await client.inspect(names)
        #expect(later[try UserName("alice")]?.locked == true)
        #expect(later[try UserName("dated")] == .absent)
    }

    @Test("three thousand accounts are asked for in as many rounds as it takes")
    func manyAccounts() async throws {
        let host = try await WorkerHost(stack: Self.stack)
        let names = try (0..<3_000).map { try UserName("u\($0)") } + [try UserName("root")]
        let states = try await host.client().inspect(names)
        #expect(states.count == 3_001)
        #expect(states[try UserName("root")]?.exists == true)
    }
}

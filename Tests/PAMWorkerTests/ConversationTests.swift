import PAMClient
import PAMProtocol
import Testing

@Suite("The conversation", .enabled(if: isRoot, "libpam's modules want root"))
struct ConversationTests {
    @Test("a second hidden prompt in the same breath is a question and never gets the password")
    func twoHiddenPrompts() async throws {
        let host = try await WorkerHost(stack: "auth required TEST two_hidden\naccount required pam_permit.so")
        let (conversation, step) = try await host.client().begin("correct horse")
        #expect(step.prompts == ["Code: ", "Colour: "])
        #expect(step.notices == ["Welcome", "Careful"])
        #expect(step.purpose == .authentication)
        #expect(try await conversation?.answer(["123456", "blue"]).verdict == .accepted)
    }

    @Test("a second module's hidden prompt is a question too, and a wrong answer is a refusal")
    func secondModule() async throws {
        let host = try await WorkerHost(
            stack: "auth required TEST ask\nauth required TEST ask\naccount required pam_permit.so"
        )
        let (conversation, step) = try await host.client().begin("correct horse")
        #expect(step.prompts == ["Password: "])
        #expect(try await conversation?.answer(["wrong"]).verdict == .refused(code: 7, phase: .authentication))
    }

    @Test("a prompt for the name is answered with the name, any other visible prompt is a question")
    func visiblePrompts() async throws {
        let host = try await WorkerHost(
            stack:
                "auth required TEST login\nauth required TEST ask\nauth required TEST visible\naccount required pam_permit.so"
        )
        let (conversation, step) = try await host.client().begin("correct horse")
        #expect(step.prompts == ["Favourite colour: "])
        #expect(try await conversation?.answer(["blue"]).verdict == .accepted)
    }

    @Test(
        "a success for which nobody looked at the password is refused",
        arguments: ["pam_permit.so", "TEST nothing", "TEST login", "pam_debug.so auth=success"]
    )
    func neverAsked(module: String) async throws {
        let host = try await WorkerHost(stack: "auth required \(module)\naccount required pam_permit.so")
        #expect(try await host.client().verdict("correct horse") == .refused(code: 0, phase: .neverAsked))
    }

    @Test("a success after a question of another kind only is refused, since nobody looked at the password")
    func onlyVisible() async throws {
        let host = try await WorkerHost(stack: "auth required TEST visible\naccount required pam_permit.so")
        let (conversation, _) = try await host.client().begin("correct horse")
        #expect(try await conversation?.answer(["blue"]).verdict == .refused(code: 0, phase: .neverAsked))
    }

    @Test("pam_deny is a refusal")
    func deny() async throws {
        let host = try await WorkerHost(stack: "auth required pam_deny.so\naccount required pam_permit.so")
        #expect(try await host.client().verdict("correct horse") == .refused(code: 7, phase: .authentication))
    }

    @Test("a module that changes PAM_USER signs nobody in", arguments: ["auth", "account"])
    func changedUser(phase: String) async throws {
        let stack =
            phase == "auth"
            ? "auth required TEST rename\naccount required pam_permit.so"
            : "auth required TEST ask\naccount required TEST rename"
        let host = try await WorkerHost(stack: stack)
        #expect(try await host.client().verdict("correct horse") == .refused(code: 0, phase: .userChanged))
    }

    @Test("no password of root or of a service account can be tried, right or wrong", arguments: ["root", "daemon"])
    func systemAccount(name: String) async throws {
        let host = try await WorkerHost(stack: "auth required TEST ask\naccount required pam_permit.so")
        for password in ["correct horse", "wrong"] {
            let verdict = try await host.client().verdict(password, as: name)
            #expect(verdict == .refused(code: 10, phase: .authentication))
        }
        #expect(try await host.client().verdict("correct horse", as: "unheard-of") == .accepted)
    }

    @Test("PAM_RHOST is the client and PAM_TTY is the bridge")
    func items() async throws {
        let host = try await WorkerHost(stack: "auth required TEST rhost\naccount required pam_permit.so")
        #expect(try await host.client().verdict("x") == .accepted)
    }

    @Test("no module's failure delay is served in the worker")
    func noDelay() async throws {
        let host = try await WorkerHost(
            stack: "auth required TEST delay\naccount required pam_permit.so",
            limits: (15_000, 15_000)
        )
        let verdict = try await host.client(stepLimit: .seconds(15)).verdict("x")
        #expect(verdict == .refused(code: 7, phase: .authentication))
    }

    @Test("a binary prompt ends as \"cannot tell\", and bytes that are no text are made printable")
    func oddMessages() async throws {
        let host = try await WorkerHost(stack: "auth required TEST binary\naccount required pam_permit.so")
        guard case .unavailable = try await host.client().verdict("x") else {
            Issue.record("a binary prompt must not be answered")
            return
        }
        try host.replaceStack(
            "auth required \(try TestModule.path.get()) garbage\nauth required \(try TestModule.path.get()) ask\naccount required pam_permit.so"
        )
        let (_, step) = try await host.client().begin("correct horse")
        #expect(step.notices == ["\u{FFFD}\u{FFFD}  [31mred \n"])
    }

    @Test("a module that asks without end is cut off", arguments: ["forever", "stubborn"])
    func endless(module: String) async throws {
        let host = try await WorkerHost(
            stack: "auth required TEST \(module)\naccount required pam_permit.so",
            limits: (1_500, 10_000)
        )
        var (conversation, step) = try await host.client().begin("x")
        var rounds = 0
        do {
            while let asking = conversation, !step.prompts.isEmpty, rounds < 200 {
                step = try await asking.answer(["y"])
                rounds += 1
                if step.verdict != nil { conversation = nil }
            }
            guard case .unavailable = step.verdict else { throw UnexpectedStep(step: step) }
        } catch PAMClientError.unavailable {
            #expect(module == "stubborn")
        }
        #expect(rounds < 50)
    }

    @Test("answers that PAM cannot take are told from a lost conversation, which goes on")
    func badAnswers() async throws {
        let host = try await WorkerHost(stack: "auth required TEST two_hidden\naccount required pam_permit.so")
        let (found, _) = try await host.client().begin("correct horse")
        let conversation = try #require(found)
        await #expect(throws: PAMClientError.wrongNumberOfAnswers(expected: 2)) {
            try await conversation.answer(["123456"])
        }
        await #expect(throws: PAMClientError.invalidPassword(.containsNUL)) {
            try await conversation.answer(["1\0", "blue"])
        }
        #expect(try await conversation.answer(["123456", "blue"]).verdict == .accepted)
        await #expect(throws: PAMClientError.conversationEnded) { try await conversation.answer(["123456", "blue"]) }
    }

    @Test("an empty password, one with NUL and one of 512 bytes never reach a worker")
    func badPasswords() async throws {
        let client = PAMClient(configuration: .init(socketPath: "/nonexistent/pam.sock"))
        await #expect(throws: PAMClientError.invalidPassword(.empty)) { try await client.begin("") }
        await #expect(throws: PAMClientError.invalidPassword(.containsNUL)) { try await client.begin("a\0b") }
        await #expect(throws: PAMClientError.invalidPassword(.tooLong(length: 512))) {
            try await client.begin(String(repeating: "x", count: 512))
        }
    }

    @Test("a cancelled conversation lets its worker go, and so does one that is forgotten")
    func cancelled() async throws {
        let host = try await WorkerHost(stack: "auth required TEST two_hidden\naccount required pam_permit.so")
        let client = host.client()
        let (conversation, _) = try await client.begin("correct horse")
        await conversation?.cancel()
        #expect(try await host.eventually { try host.workerCount() == 0 })
        await #expect(throws: PAMClientError.conversationEnded) { try await conversation?.answer(["1", "2"]) }
        _ = try await client.begin("correct horse")
        #expect(try await host.eventually { try host.workerCount() == 0 })
    }
}

import Identity
import PAMProtocol
import SignIn
import TestSupport
import Testing

/// The worker asks everybody for a code, and takes any.
@Suite("Conversations with more questions")
struct ConversationTests {
    private static let questions = [
        Question(kind: .info, text: "Welcome"), Question(kind: .hidden, text: "One-time password: "),
    ]

    private static let asksForCode: ScriptedWorker.Script = { request in
        switch request {
        case .begin: .step(.questions(questions, purpose: .authentication))
        case .answers: .step(.finished(.refused(code: 7, phase: .authentication), notices: []))
        default: .service(.present(path: "/etc/pam.d/diycloud-bridge"))
        }
    }

    @Test("the questions of a module come with a name of the conversation, in order")
    func questions() async throws {
        let house = try SignInHouse(script: Self.asksForCode)
        house.refresh()
        let challenge = try #require(await house.begin("alice", "x").challenge)
        #expect(challenge.questions == Self.questions)
        #expect(challenge.purpose == .authentication)
        #expect(challenge.expiresIn == 60)
        #expect(challenge.conversation.utf8.count == 64)
    }

    @Test("somebody who may not sign in sees the same questions, and PAM never sees their name or password")
    func standIn() async throws {
        let house = try SignInHouse(script: Self.asksForCode)
        house.refresh()
        for name in ["alice", "root", "../x"] {
            let challenge = try #require(await house.begin(name, "my password").challenge)
            #expect(challenge.questions == Self.questions)
            let step = await house.service.answer(
                conversation: challenge.conversation,
                answers: ["123456"],
                binding: "browser:1"
            )
            #expect(step?.isRefused == true)
        }
        for case .begin(let request) in try #require(house.worker).requests {
            #expect(request.user.rawValue == "diycloud-nobody")
            #expect(request.password != (try Secret("my password")))
        }
    }

    @Test("a stand-in that the stack accepts is still refused")
    func acceptedStandIn() async throws {
        let house = try SignInHouse { _ in .step(.finished(.accepted, notices: [])) }
        house.refresh()
        #expect(await house.begin("mallory", "x").isRefused)
    }

    @Test("a conversation counts once")
    func once() async throws {
        let house = try SignInHouse(script: Self.asksForCode)
        house.refresh()
        let challenge = try #require(await house.begin("alice", "x").challenge)
        let id = challenge.conversation
        #expect(await house.service.answer(conversation: id, answers: ["1"], binding: "browser:1")?.isRefused == true)
        #expect(await house.service.answer(conversation: id, answers: ["1"], binding: "browser:1") == nil)
    }

    @Test(
        "a conversation that nobody knows is none",
        arguments: ["", "0", String(repeating: "0", count: 64), "../../x"]
    )
    func unknown(id: String) async throws {
        let house = try SignInHouse(script: Self.asksForCode)
        house.refresh()
        _ = await house.begin("alice", "x")
        #expect(await house.service.answer(conversation: id, answers: ["1"], binding: "browser:1") == nil)
    }

    @Test("another browser cannot answer, and its attempt ends the conversation")
    func binding() async throws {
        let house = try SignInHouse(script: Self.asksForCode)
        house.refresh()
        let id = try #require(await house.begin("alice", "x").challenge).conversation
        #expect(await house.service.answer(conversation: id, answers: ["1"], binding: "browser:2") == nil)
        #expect(await house.service.answer(conversation: id, answers: ["1"], binding: "browser:1") == nil)
        let answers = try #require(house.worker).requests.count { if case .answers = $0 { true } else { false } }
        #expect(answers == 0)
    }

    @Test("a conversation that nobody answers in time ends, and stays counted")
    func expired() async throws {
        let house = try SignInHouse(
            regulation: .init(pairLimit: 2),
            conversationLimit: .zero,
            script: Self.asksForCode
        )
        house.refresh()
        let id = try #require(await house.begin("alice", "x").challenge).conversation
        #expect(await house.service.answer(conversation: id, answers: ["1"], binding: "browser:1") == nil)
        #expect(await house.begin("alice", "x").challenge != nil)
        await house.service.sweep()
        #expect(try house.reasons().contains("no-answer"))
        #expect(await house.begin("alice", "x").isRefused)
        #expect(try house.reasons().last == "banned")
    }

    @Test(
        "answers that PAM cannot be given are wrong answers: refused and counted, never \"try again later\"",
        arguments: [[], ["1", "2"], ["1\0"], [String(repeating: "1", count: 512)]]
    )
    func impossibleAnswers(answers: [String]) async throws {
        let house = try SignInHouse(regulation: .init(pairLimit: 1), script: Self.asksForCode)
        house.refresh()
        let id = try #require(await house.begin("alice", "x").challenge).conversation
        let step = await house.service.answer(conversation: id, answers: answers, binding: "browser:1")
        #expect(step?.isRefused == true)
        #expect(await house.begin("alice", "x").isRefused)
        #expect(try house.reasons().last == "banned")
    }

    @Test("a worker that ends without an answer is \"try again later\", and the attempt is not counted")
    func brokenWorker() async throws {
        let house = try SignInHouse(regulation: .init(pairLimit: 2)) { _ in
            .step(.finished(.unavailable(reason: "out of memory"), notices: []))
        }
        house.refresh()
        for _ in 0..<5 { #expect(await house.begin("alice", "x").isUnavailable) }
    }

    @Test("no worker at all is \"try again later\" too")
    func noWorker() async throws {
        let house = try SignInHouse { _ in .service(.present(path: "/")) }
        house.refresh()
        #expect(await house.begin("alice", "x").isUnavailable)
    }

    @Test("while PAM cannot say, nobody is told no: who needs no PAM does not stand out")
    func pamAway() async throws {
        let house = try SignInHouse { request in
            guard case .begin = request else { return .service(.present(path: "/etc/pam.d/diycloud-bridge")) }
            return .step(.finished(.unavailable(reason: "the directory server is away"), notices: []))
        }
        try house.file.add("alice", password: "correct horse")
        house.refresh()
        #expect(await house.begin("nobody-here", "x").isUnavailable)
        #expect(await house.begin("alice", "not the password").isUnavailable)
        #expect(await house.begin("alice", "correct horse").isAccepted)
    }
}

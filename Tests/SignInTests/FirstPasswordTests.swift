import HostAccounts
import Identity
import PAMProtocol
import SignIn
import Synchronization
import TestSupport
import Testing

/// `nora` has a row in the store and an account that `sync-users` made; the worker is a host with her in its shadow.
@Suite("The first sign-in to an account without a password")
struct FirstPasswordTests {
    /// What a host knows of nora, asked by real frames.
    private final class Host: Sendable {
        /// Her password; `nil` for the field `*`.
        let password = Mutex<Secret?>(nil)
        let isLocked = Mutex(false)
        let answer: FirstPasswordVerdict

        init(answer: FirstPasswordVerdict = .set) { self.answer = answer }

        var state: AccountState {
            AccountState(
                exists: true,
                uid: 1000,
                locked: isLocked.withLock { $0 },
                neverHadPassword: password.withLock { $0 == nil },
                expired: false,
                expiryDay: nil,
                hasShadow: true
            )
        }

        func answer(_ request: PAMRequest) -> PAMResponse {
            switch request {
            case .inspect(let users): return .accounts(Dictionary(uniqueKeysWithValues: users.map { ($0, state) }))
            case .setFirstPassword(_, let new):
                if answer == .set { password.withLock { $0 = new } }
                return .firstPassword(answer)
            case .begin(let request):
                let isRight = password.withLock { $0 == request.password } && !isLocked.withLock { $0 }
                let verdict = isRight ? PAMVerdict.accepted : .refused(code: 7, phase: .authentication)
                return .step(.finished(verdict, notices: []))
            default: return .service(.present(path: "/etc/pam.d/diycloud-bridge"))
            }
        }
    }

    private let nora: HostAccount

    init() throws {
        nora = HostAccount(name: try UserName("nora"), uid: 1000, gid: 1000, home: "/home/nora", shell: "/bin/bash")
    }

    private func house(_ host: Host, usesStore: Bool = true, hash: Bool = true) throws -> SignInHouse {
        let house = try SignInHouse(accounts: [nora], usesStore: usesStore) { host.answer($0) }
        try house.file.add("nora", password: hash ? "correct horse" : nil)
        house.refresh()
        return house
    }

    private func changes(_ house: SignInHouse) -> [PAMRequest] {
        (house.worker?.requests ?? []).filter { if case .setFirstPassword = $0 { true } else { false } }
    }

    @Test("the old password lets her in, becomes the account's, and PAM decides from then on")
    func firstAndSecond() async throws {
        let host = Host()
        let house = try house(host)
        #expect(await house.begin("nora", "wrong").isRefused)
        #expect(changes(house).isEmpty)
        guard case .accepted(let signedIn) = await house.begin("nora", "correct horse") else {
            Issue.record("another answer was expected")
            return
        }
        #expect(signedIn.linuxAccount)
        #expect(changes(house) == [.setFirstPassword(user: nora.name, password: try Secret("correct horse"))])
        #expect(await house.begin("nora", "correct horse").isAccepted)
        #expect(await house.begin("nora", "wrong").isRefused)
        #expect(changes(house).count == 1)
        #expect(try house.auditLog().contains("password-changed"))
        #expect(try !house.auditLog().contains("correct horse"))
    }

    @Test("a password that the bridge itself keeps serves as well as the platform's hash")
    func credential() async throws {
        let house = try house(Host(), hash: false)
        try await house.credentials.set("of user passwd", for: nora.name, superseding: nil, now: 1)
        #expect(await house.begin("nora", "of user passwd").isAccepted)
        #expect(changes(house).count == 1)
    }

    @Test(
        "once PAM decided, the old password opens nothing: not after a change, and not without the account's password"
    )
    func usedUp() async throws {
        let host = Host()
        let house = try house(host)
        #expect(await house.begin("nora", "correct horse").isAccepted)
        host.password.withLock { $0 = try? Secret("changed by passwd") }
        #expect(await house.begin("nora", "correct horse").isRefused)
        #expect(await house.begin("nora", "changed by passwd").isAccepted)
        // Somebody takes the password away again: the store's stays used up, until an administrator sets another.
        host.password.withLock { $0 = nil }
        #expect(await house.begin("nora", "correct horse").isRefused)
        try await house.credentials.set(
            "set anew",
            for: nora.name,
            superseding: StoreFile.legacyHash(of: "correct horse"),
            now: 2
        )
        #expect(await house.begin("nora", "set anew").isAccepted)
    }

    @Test("a locked account stays refused, and gets no password")
    func locked() async throws {
        let host = Host()
        host.isLocked.withLock { $0 = true }
        let house = try house(host)
        #expect(await house.begin("nora", "correct horse").isRefused)
        #expect(changes(house).isEmpty)
    }

    @Test("without the store as a source its password counts for nobody with an account")
    func sources() async throws {
        let house = try house(Host(), usesStore: false)
        #expect(await house.begin("nora", "correct horse").isRefused)
        #expect(changes(house).isEmpty)
        #expect(try !house.auditLog().contains("no first password"))
    }

    @Test("who has no password in the store is PAM's alone, without another look")
    func noStorePassword() async throws {
        let house = try house(Host(), hash: false)
        #expect(await house.begin("nora", "correct horse").isRefused)
        let inspections = (house.worker?.requests ?? []).filter { if case .inspect = $0 { true } else { false } }
        #expect(inspections.isEmpty)
    }

    @Test("a stack that does not take the password refuses, and the audit log says why")
    func refusedByStack() async throws {
        let house = try house(Host(answer: .refused(reason: "PAM answered 20: BAD PASSWORD: too short")))
        #expect(await house.begin("nora", "correct horse").isRefused)
        #expect(try house.auditLog().contains("BAD PASSWORD: too short"))
    }

    @Test("a worker that will not set it leaves the decision to PAM, and the audit log says why")
    func notWanted() async throws {
        let house = try house(Host(answer: .notWanted(reason: "nora is not in the group diycloud-users")))
        #expect(await house.begin("nora", "correct horse").isRefused)
        #expect(try house.auditLog().contains("nora is not in the group diycloud-users"))
    }

    @Test("while nobody can look at the account, it is \"try again later\"")
    func away() async throws {
        let house = try SignInHouse(accounts: [nora]) { request in
            if case .inspect = request { return .accounts([:]) }
            return .step(.finished(.accepted, notices: []))
        }
        try house.file.add("nora", password: "correct horse")
        house.refresh()
        #expect(await house.begin("nora", "correct horse").isUnavailable)
        #expect(await house.begin("nora", "wrong").isUnavailable)
    }
}

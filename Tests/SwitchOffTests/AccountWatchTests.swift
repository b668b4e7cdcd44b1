import Identity
import Logging
import PAMClient
import PAMProtocol
import Sessions
import SwitchOff
import TestSupport
import Testing

@Suite("What a change of a Linux account does to sessions")
struct AccountWatchTests {
    private let house: SwitchOffHouse

    init() async throws { house = try await SwitchOffHouse() }

    /// A watch whose worker answers so.
    private func watch(_ states: [String: AccountState]?) throws -> (AccountWatch, ScriptedWorker?) {
        let socket = house.directory.path("pam.sock")
        let worker = try states.map { states in
            try ScriptedWorker(path: socket) { request in
                guard case .inspect(let users) = request else { return .accounts([:]) }
                var answer: [UserName: AccountState] = [:]
                for user in users { answer[user] = states[user.rawValue] }
                return .accounts(answer)
            }
        }
        let client = PAMClient(configuration: .init(socketPath: socket))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return (AccountWatch(register: house.register, pam: client, logger: logger), worker)
    }

    @Test("locked, expired and missing accounts lose their sessions, usable ones keep them")
    func review() async throws {
        for name in ["fine", "locked", "expired", "gone"] { try await house.open(name, linuxAccount: true) }
        let storeOnly = try await house.open("nolinux", linuxAccount: false)
        let (watch, worker) = try watch([
            "fine": .sample(), "locked": .sample(isLocked: true), "expired": .sample(isExpired: true), "gone": .absent,
        ])
        _ = await watch.review()
        let left = await house.register.all().map(\.principal.name.rawValue).sorted()
        #expect(left == ["fine", "nolinux"])
        #expect(!house.isOver(storeOnly))
        let news = try await house.revocations()
        #expect(Set(news.map(\.user.rawValue)) == ["locked", "expired", "gone"])
        #expect(news.allSatisfy { $0.session == nil && $0.reason == .accountLocked })
        withExtendedLifetime(worker) {}
    }

    @Test(
        "an account that the name service cannot speak about right now is no missing one: its session stays, and it is asked again"
    )
    func unknown() async throws {
        let session = try await house.open("directory", linuxAccount: true)
        let (watch, worker) = try watch([:])
        #expect(await watch.review() == true)
        #expect(!house.isOver(session))
        withExtendedLifetime(worker) {}
    }

    @Test("a worker that cannot be asked ends nobody's session, and is asked again")
    func noWorker() async throws {
        let session = try await house.open("fine", linuxAccount: true)
        let (watch, _) = try watch(nil)
        #expect(await watch.review() == nil)
        #expect(!house.isOver(session))
    }

    @Test("nobody is asked about while nobody with an account is signed in")
    func nobody() async throws {
        try await house.open("nolinux", linuxAccount: false)
        let (watch, worker) = try watch([:])
        #expect(await watch.review() == false)
        #expect(try #require(worker).requests.isEmpty)
    }
}

extension AccountState {
    fileprivate static func sample(isLocked: Bool = false, isExpired: Bool = false) -> AccountState {
        AccountState(exists: true, uid: 1000, locked: isLocked, expired: isExpired, expiryDay: nil, hasShadow: true)
    }
}

import HostAccounts
import Identity
import TestSupport
import Testing
import UserStore

@testable import SignIn

@Suite("Who may sign in at all")
struct EligibilityTests {
    private let snapshot: StoreSnapshot

    init() throws {
        let directory = try TemporaryDirectory()
        let file = try StoreFile(in: directory)
        try file.add("alice")
        try file.add("gone")
        try file.sql("UPDATE users SET is_active = 0 WHERE username = 'gone'")
        try file.sql("INSERT INTO users (username, password_hash, is_active) VALUES ('root', 'x', 1)")
        let store = SQLiteUserStore(path: file.path)
        store.refresh()
        snapshot = try store.current()
    }

    private func judge(_ typed: String, uid: UInt32? = nil, _ configuration: SignInConfiguration = .init()) throws
        -> Eligibility
    {
        let name = SignInName(typed: typed)
        let account = try uid.map { uid in
            HostAccount(name: try #require(name.account), uid: uid, gid: uid, home: "/home/x", shell: "/bin/sh")
        }
        return Eligibility(name: name, snapshot: snapshot, account: account, configuration: configuration)
    }

    @Test("with an account of the host PAM decides, without one the store's password does")
    func sources() throws {
        guard case .account(let record) = try judge("alice", uid: 1000) else {
            Issue.record("another answer was expected")
            return
        }
        #expect(record.name.rawValue == "alice")
        #expect(try judge("alice", uid: 1000).hasAccount)
        guard case .storeOnly = try judge("alice") else {
            Issue.record("another answer was expected")
            return
        }
        #expect(try !judge("alice").hasAccount)
    }

    @Test(
        "names that are no user's are nobody",
        arguments: [
            "", " ", "bob", "-rf", "../x", "a:b", "*", String(repeating: "a", count: 33), "alice\0", "alice\nroot",
            "älice",
        ]
    )
    func nobody(typed: String) throws {
        let eligibility = try judge(typed)
        #expect(eligibility.record == nil)
        #expect(eligibility.reason != nil)
    }

    @Test(
        "the system's names never sign in, even when the store has them",
        arguments: ["root", "ROOT", " nobody ", "daemon"]
    )
    func system(typed: String) throws {
        #expect(try judge(typed).reason == "system-name")
        #expect(try judge(typed, uid: 5000).reason == "system-name")
    }

    @Test("an account below the smallest uid belongs to the system")
    func uid() throws {
        #expect(try judge("alice", uid: 999).reason == "system-account")
        #expect(try judge("alice", uid: 0).reason == "system-account")
        #expect(try judge("alice", uid: 499, SignInConfiguration(minimumUID: 500)).reason == "system-account")
    }

    @Test("a disabled user is refused whatever stands behind the name")
    func disabled() throws {
        #expect(try judge("gone").reason == "disabled")
        #expect(try judge("gone", uid: 1000).reason == "disabled")
    }

    @Test("a source that is switched off lets nobody in, and never stands in for the other")
    func switchedOff() throws {
        #expect(try judge("alice", SignInConfiguration(usesStore: false)).reason == "no-linux-account")
        #expect(try judge("alice", uid: 1000, SignInConfiguration(usesPAM: false)).reason == "pam-not-configured")
    }

    private func judge(_ typed: String, _ configuration: SignInConfiguration) throws -> Eligibility {
        try judge(typed, uid: nil, configuration)
    }
}

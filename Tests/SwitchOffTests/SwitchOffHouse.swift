import BridgeDatabase
import Glibc
import Identity
import Logging
import Sessions
import SwitchOff
import Synchronization
import TestSupport
import UserStore

/// A real user store, a real session register, and the watch between them.
final class SwitchOffHouse: Sendable {
    let directory: TemporaryDirectory
    let file: StoreFile
    let store: SQLiteUserStore
    let register: SessionRegister
    let watch: StoreWatch
    private let state: State

    private final class State: Sendable {
        let values = Mutex<(isOpen: Bool?, deleted: [UserName])>((nil, []))
    }

    init() async throws {
        directory = try TemporaryDirectory()
        file = try StoreFile(in: directory)
        for name in ["alice", "bob", "carol"] { try file.add(name) }
        store = SQLiteUserStore(path: file.path, configuration: .init(pollInterval: .milliseconds(20)))
        let database = try BridgeDatabase.open(path: directory.path("bridge.db"))
        register = SessionRegister(store: SQLiteSessionStore(database: database))
        try await register.load(now: Int64(time(nil)))
        let state = State()
        self.state = state
        watch = StoreWatch(
            store: store,
            register: register,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            userDeleted: { name in state.values.withLock { $0.deleted.append(name) } },
            availabilityChanged: { isOpen in state.values.withLock { $0.isOpen = isOpen } }
        )
    }

    /// What the watch said last; nil when it said nothing yet.
    var gateIsOpen: Bool? { state.values.withLock { $0.isOpen } }
    var deleted: [UserName] { state.values.withLock { $0.deleted } }

    @discardableResult
    func open(_ name: String, role: Role = .user, linuxAccount: Bool = false) async throws -> ActiveSession {
        try await register.open(
            principal: Principal(name: try UserName(name), role: role, email: nil),
            client: .local,
            userAgent: "",
            linuxAccount: linuxAccount,
            now: Int64(time(nil))
        ).session
    }

    /// Changes the store as a stranger does, and lets it be read.
    func change(_ sql: String) throws {
        try file.sql(sql)
        store.refresh(now: .now + .seconds(60))
    }

    func isOver(_ session: ActiveSession) -> Bool { session.ended.load(ordering: .acquiring) }

    func revocations() async throws -> [Revocation] { try await register.revocations(after: 0).revocations }
}

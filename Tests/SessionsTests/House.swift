import BridgeDatabase
import Foundation
import Identity
import Synchronization
import TestSupport

@testable import Sessions

/// A bridge database in a directory of its own, and people for it.
final class House: Sendable {
    static let start: Int64 = 1_800_000_000

    let directory: TemporaryDirectory
    let database: BridgeDatabase

    init() throws {
        directory = try TemporaryDirectory()
        database = try BridgeDatabase.open(path: directory.path("bridge.db"))
    }

    /// Another opening of the same file, as another process has it.
    func another() throws -> BridgeDatabase { try BridgeDatabase.open(path: database.path) }

    /// A register as a fresh start of the service makes it.
    func register(
        _ configuration: SessionRegister.Configuration = .init(),
        now: Int64 = House.start
    ) async throws -> SessionRegister {
        let register = SessionRegister(store: SQLiteSessionStore(database: database), configuration: configuration)
        try await register.load(now: now)
        return register
    }

    static func principal(_ name: String, _ role: Role = .user) throws -> Principal {
        Principal(name: try UserName(name), role: role, email: "\(name)@example.org")
    }
}

extension SessionRegister {
    @discardableResult
    func open(_ name: String, now: Int64 = House.start) async throws -> (token: SessionToken, session: ActiveSession) {
        try await open(
            principal: House.principal(name),
            client: ClientAddress("192.0.2.7") ?? .local,
            userAgent: "Mozilla/5.0",
            linuxAccount: true,
            now: now
        )
    }
}

/// Writes down what it is told.
final class Witness: SessionObserver {
    private let state = Mutex<(opened: [SessionID], ended: [SessionID: SessionEndReason])>(([], [:]))

    var opened: [SessionID] { state.withLock { $0.opened } }
    var ended: [SessionID: SessionEndReason] { state.withLock { $0.ended } }

    func sessionOpened(_ session: ActiveSession) async { state.withLock { $0.opened.append(session.id) } }

    func sessionEnded(_ session: ActiveSession, reason: SessionEndReason) async {
        state.withLock { $0.ended[session.id] = reason }
    }
}

/// A store whose disk can be full.
final class FailingStore: SessionStore {
    struct DiskFull: Error {}

    private let base: SQLiteSessionStore
    let isFull = Atomic(false)

    init(_ base: SQLiteSessionStore) { self.base = base }

    private func check() throws { if isFull.load(ordering: .relaxed) { throw DiskFull() } }

    func load(now: Int64) async throws -> [SessionRecord] { try await base.load(now: now) }
    func insert(_ record: SessionRecord) async throws {
        try check()
        try await base.insert(record)
    }
    func end(_ ids: [SessionID], reason: SessionEndReason, now: Int64) async throws {
        try check()
        try await base.end(ids, reason: reason, now: now)
    }
    func endAll(
        of user: UserName,
        reason: SessionEndReason,
        except: SessionID?,
        now: Int64
    ) async throws -> [SessionID] {
        try check()
        return try await base.endAll(of: user, reason: reason, except: except, now: now)
    }
    func saveLastSeen(_ times: [(id: SessionID, lastSeen: Int64)]) async throws { try await base.saveLastSeen(times) }
    func identifiers() async throws -> Set<SessionID> { try await base.identifiers() }
    func changedElsewhere() async throws -> Bool { try await base.changedElsewhere() }
    func latestRevocation() async throws -> Int64 { try await base.latestRevocation() }
    func revocations(after cursor: Int64) async throws -> RevocationPage { try await base.revocations(after: cursor) }
    func purge(now: Int64, revocationsBefore: Int64) async throws {
        try await base.purge(now: now, revocationsBefore: revocationsBefore)
    }
}

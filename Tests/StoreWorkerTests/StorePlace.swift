import BridgeDatabase
import Foundation
import Glibc
import Identity
import Sessions
import TestProcesses
import TestSupport
import UserStore

/// A user store of root's, and a bridge database of another account's, as `serve` keeps it: `ada` administers, `bob` does not.
final class StorePlace {
    let directory = "/tmp/bridge-store-\(UUID().uuidString)"
    private let sessions: SessionRegister
    /// Held open, as `serve` does.
    private let bridge: BridgeDatabase

    var store: String { "\(directory)/users.db" }
    var database: String { "\(directory)/bridge/bridge.db" }

    /// The real program.
    var command: [String] {
        let product = ProcessInfo.processInfo.environment["DIYCLOUD_BRIDGE_EXECUTABLE"]
        return [
            product ?? TestProcess.built("diycloud-bridge"), "store-worker", "--config", "\(directory)/bridge.yaml",
        ]
    }

    init() async throws {
        try TestProcess.shell("install -d -m 755 \(directory); install -d -m 700 -o mail -g mail \(directory)/bridge")
        let text = """
            user: mail
            store: {path: \(directory)/users.db}
            database: {path: \(directory)/bridge/bridge.db}
            audit: {path: null}
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/bridge.yaml"))
        bridge = try BridgeDatabase.open(path: "\(directory)/bridge/bridge.db")
        sessions = SessionRegister(store: SQLiteSessionStore(database: bridge))
        try StoreInitialiser().initialise(path: store)
        let editor = UserStoreEditor(path: store)
        try editor.add(try UserName("ada"), role: .admin)
        try editor.add(try UserName("bob"))
        try TestProcess.shell("rm -r \(directory)/backups")
    }

    deinit {
        try? bridge.close()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// - Returns: the token of a new session.
    func signIn(_ name: String, role: Role = .admin, at moment: Int64 = Int64(time(nil))) async throws -> String {
        try await open(name, role: role, at: moment).token.cookieValue
    }

    /// The token of a session that is over.
    func ended(_ name: String) async throws -> String {
        let opened = try await open(name, role: .admin, at: Int64(time(nil)))
        try await sessions.end(id: opened.session.id, reason: .signedOut, now: Int64(time(nil)))
        return opened.token.cookieValue
    }

    private func open(_ name: String, role: Role, at moment: Int64) async throws
        -> (token: SessionToken, session: ActiveSession)
    {
        try await sessions.open(
            principal: Principal(name: try UserName(name), role: role, email: nil),
            client: .local,
            userAgent: "test",
            linuxAccount: false,
            now: moment
        )
    }

    func person(_ name: String) throws -> UserRecord {
        let found = try StoreReader(path: store).read().users[try UserName(name)]
        guard let found else { throw StoreError.missing(path: store) }
        return found
    }

    func sql(_ text: String) throws { try TestProcess.shell("sqlite3 -cmd '.timeout 5000' \(store) \"\(text)\"") }

    func bytes() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: store)) }

    func backups() throws -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/backups")) ?? []
    }
}

import Audit
import BridgeDatabase
import Credentials
import Foundation
import HostAccounts
import Identity
import PAMClient
import PAMProtocol
import Regulation
import SignIn
import TestSupport
import UserStore

/// The parts of a sign-in, all real; the people have no account of the host.
final class SignInHouse: Sendable {
    let directory: TemporaryDirectory
    let file: StoreFile
    let store: SQLiteUserStore
    let credentials: CredentialStore
    let regulator: Regulator
    let audit: AuditLog
    let service: SignInService
    let worker: ScriptedWorker?

    /// - Parameters:
    ///   - accounts: these people have an account of the host.
    ///   - script: makes PAM a source, with a worker that answers so.
    init(
        regulation: Regulator.Configuration = .init(),
        conversationLimit: Duration = .seconds(60),
        accounts: [HostAccount] = [],
        usesStore: Bool = true,
        script: ScriptedWorker.Script? = nil
    ) throws {
        directory = try TemporaryDirectory()
        file = try StoreFile(in: directory)
        store = SQLiteUserStore(path: file.path)
        let database = try BridgeDatabase.open(path: directory.path("bridge.db"))
        credentials = try CredentialStore(database: database)
        regulator = Regulator(database: database, configuration: regulation)
        audit = AuditLog(path: directory.path("audit.log")) { _ in }
        let socket = directory.path("pam.sock")
        worker = try script.map { try ScriptedWorker(path: socket, script: $0) }
        service = SignInService(
            parts: .init(
                store: store,
                accounts: HostAccounts(standIns: accounts),
                // A machine that hashes for all tests at once may be slow to answer.
                pam: PAMClient(configuration: .init(socketPath: socket, stepLimit: .seconds(120))),
                credentials: credentials,
                regulator: regulator,
                audit: audit
            ),
            configuration: SignInConfiguration(
                usesPAM: script != nil,
                usesStore: usesStore,
                failureDelay: .zero,
                conversationLimit: conversationLimit
            )
        )
    }

    /// Has the store read again.
    func refresh() { store.refresh(now: .now + .seconds(60)) }

    func begin(_ name: String, _ password: String, from address: String = "192.0.2.7", binding: String = "browser:1")
        async -> SignInStep
    {
        await service.begin(
            SignInAttempt(
                typedName: name,
                password: password,
                client: ClientAddress(address) ?? .local,
                binding: binding
            )
        )
    }

    /// The reasons that the audit log gives, in order.
    func reasons() throws -> [String] {
        audit.flush()
        return try auditLog().matches(of: /"reason":"([^"]*)"/).map { String($0.1) }
    }

    func auditLog() throws -> String {
        audit.flush()
        return try directory.text(of: "audit.log")
    }
}

extension SignInStep {
    var isAccepted: Bool { if case .accepted = self { true } else { false } }
    var isRefused: Bool { if case .refused = self { true } else { false } }
    var isUnavailable: Bool { if case .unavailable = self { true } else { false } }
    var challenge: SignInChallenge? { if case .challenge(let challenge) = self { challenge } else { nil } }
}

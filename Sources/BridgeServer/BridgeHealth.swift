import BridgeConfiguration
import BridgeDatabase
import PAMClient
import PAMProtocol
import Synchronization
import UserStore

/// Whether people can be signed in and let through, for `/readyz`.
///
/// Anybody on this host may ask, so the PAM worker is not started for a question: its state is looked at now and then
/// (``HealthWatch``) and remembered.
final class BridgeHealth: Sendable {
    private let store: any UserStore
    private let database: BridgeDatabase
    private let gate: VerifyGate
    private let pamProblem = Mutex<String?>(nil)

    init(store: any UserStore, database: BridgeDatabase, gate: VerifyGate) {
        self.store = store
        self.database = database
        self.gate = gate
    }

    /// What is wrong, in a few words without paths; `nil` when nothing is.
    func problem() async -> String? {
        do throws(StoreError) {
            _ = try store.current()
        } catch {
            return error.word
        }
        guard gate.isOpen else { return "starting" }
        do {
            try await database.check()
        } catch {
            return "bridge database unusable"
        }
        return pamProblem.withLock { $0 }
    }

    /// Remembers how the PAM worker was found.
    /// - Returns: whether that is news.
    func note(_ state: ServiceFileState) -> Bool {
        let problem: String? =
            switch state {
            case .present: nil
            case .missing: "PAM service file missing"
            case .unsafe: "PAM service file not trusted"
            case .unknown: "PAM worker away"
            }
        return pamProblem.withLock { known in
            defer { known = problem }
            return known != problem
        }
    }
}

extension StoreError {
    /// What is wrong in a word, without the path.
    fileprivate var word: String {
        switch self {
        case .notRead: "user store not read yet"
        case .missing: "user store missing"
        case .unreadable: "user store unreadable"
        case .notADatabase, .foreign: "no user store"
        case .corrupt: "user store damaged"
        case .busy: "user store locked"
        }
    }
}

import BridgeDatabase
import Glibc
import Identity
import Sessions
import StoreProtocol
import UserStore

/// Finds out by itself who acts: whose session a token is, and whether they are an administrator now. `serve` is not believed in this.
struct ActingAdministrator {
    let name: UserName
    let session: SessionID

    /// Seconds by which the bridge database may lag behind the requests of a session (``SessionRegister/Configuration/flushInterval``).
    private static let lag: Int64 = 60

    /// - Parameter people: the store as it is now.
    /// - Throws: ``Refused`` when the token shows no administrator.
    init(
        token: String,
        people: UserTable,
        configuration: StoreWorkerProcess.Configuration
    ) throws(Refused) {
        let rights = ServiceRights(user: configuration.serviceUser, group: configuration.serviceGroup)
        let found = rights.acting {
            Result { () throws(BridgeDatabaseError) in
                try SessionRecord.find(TokenDigest.of(token), inDatabaseAt: configuration.databasePath)
            }
        }
        let record: SessionRecord?
        switch found {
        case .success(let session): record = session
        case .failure(let error): throw Refused(.unavailable, error.description)
        case nil: throw Refused(.unavailable, "The store worker cannot act as uid \(configuration.serviceUser).")
        }
        let now = Int64(time(nil))
        guard let record, now < min(record.expiresAt, record.createdAt + configuration.sessionLifetime),
            now - record.lastSeen < configuration.sessionIdle + Self.lag
        else { throw Refused(.notSignedIn, "The session is over. Please sign in again.") }
        guard let person = people[record.principal.name], person.isActive, person.role == .admin else {
            throw Refused(.notAdministrator, "Only administrators may do this.")
        }
        name = person.name
        session = record.id
    }
}

/// Why a request is not carried out.
struct Refused: Error {
    let refusal: StoreRefusal
    let sentence: String

    init(_ refusal: StoreRefusal, _ sentence: String) {
        self.refusal = refusal
        self.sentence = sentence
    }
}

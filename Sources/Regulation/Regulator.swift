public import BridgeDatabase
import GRDB
public import Identity
import Synchronization

/// Slows down those who guess passwords, without locking out those who do not.
///
/// An attempt is counted **before** the password is looked at, in the same transaction that asks whether it may be
/// made: a hundred parallel guesses are a hundred counts. Three counts are kept for a window of time:
///
/// | count | what happens when it is full |
/// | --- | --- |
/// | account and client network | that pair waits |
/// | client network | everybody from there waits, except pairs that have signed in before |
/// | account | everybody waits who wants into it, except pairs that have signed in before |
///
/// A pair that has signed in before is neither held up by the second and third count nor counted in them: nobody else's
/// flood can lock out a person at their usual place. A ban is not prolonged by attempts made during it. Everything is
/// in the bridge database, so a restart forgets nothing, and the number of rows is limited.
public struct Regulator: Sendable {
    /// The limits.
    public struct Configuration: Sendable, Equatable {
        /// Seconds that a count goes back. Default 10 minutes.
        public var window: Int64
        /// Seconds that a ban lasts. Default 10 minutes.
        public var ban: Int64
        /// Attempts on one account from one client network. Default 5.
        public var pairLimit: Int
        /// Attempts from one client network. Default 50.
        public var clientLimit: Int
        /// Attempts on one account. Default 100.
        public var accountLimit: Int
        /// Seconds that a successful sign-in makes a pair known. Default 30 days.
        public var knownFor: Int64
        /// The most counts that are kept; the least telling ones go first. Default 50,000.
        public var maximumBuckets: Int
        /// The most known pairs that are kept; the longest unused go first. Default 50,000.
        public var maximumKnown: Int

        public init(
            window: Int64 = 600,
            ban: Int64 = 600,
            pairLimit: Int = 5,
            clientLimit: Int = 50,
            accountLimit: Int = 100,
            knownFor: Int64 = 30 * 86400,
            maximumBuckets: Int = 50_000,
            maximumKnown: Int = 50_000
        ) {
            self.window = window
            self.ban = ban
            self.pairLimit = max(1, pairLimit)
            self.clientLimit = max(1, clientLimit)
            self.accountLimit = max(1, accountLimit)
            self.knownFor = knownFor
            self.maximumBuckets = max(1, maximumBuckets)
            self.maximumKnown = max(1, maximumKnown)
        }

        func limit(_ kind: BucketKind) -> Int {
            switch kind {
            case .pair: pairLimit
            case .client: clientLimit
            case .account: accountLimit
            }
        }
    }

    let database: BridgeDatabase
    let configuration: Configuration
    private let admissions = AdmissionCount()

    public init(database: BridgeDatabase, configuration: Configuration = Configuration()) {
        self.database = database
        self.configuration = configuration
    }

    /// Asks to try a password, and counts the attempt.
    /// - Parameters:
    ///   - account: `SignInName.regulationKey`, so that every spelling of an account is one account.
    ///   - client: who asks; counted by its `regulationKey`.
    ///   - now: seconds since 1970.
    /// - Returns: a ticket to settle, or a refusal.
    /// - Throws: when it cannot be counted. Do not check the password then.
    public func admit(account: String, client: ClientAddress, now: Int64) async throws(BridgeDatabaseError) -> Admission
    {
        if admissions.isTrimDue() { try await trim(now: now) }
        let client = client.regulationKey
        return try await database.write { [configuration] db in
            let isKnown = try Self.isKnown(
                account: account,
                client: client,
                since: now - configuration.knownFor,
                in: db
            )
            let kinds: [BucketKind] = isKnown ? [.pair] : BucketKind.allCases
            var buckets = try kinds.map { kind in
                try RegulationBucket.load(
                    kind,
                    account: account,
                    client: client,
                    window: configuration.window,
                    now: now,
                    in: db
                )
            }
            if let banned = buckets.first(where: { $0.bannedUntil > now }) {
                return .banned(banned.kind, until: banned.bannedUntil)
            }
            for index in buckets.indices {
                buckets[index].attempts += 1
                if buckets[index].attempts >= configuration.limit(buckets[index].kind) {
                    buckets[index].bannedUntil = now + configuration.ban
                }
                try buckets[index].save(in: db)
            }
            let ticket = AttemptTicket(
                account: account,
                client: client,
                reservations: Dictionary(uniqueKeysWithValues: buckets.map { ($0.kind, $0.windowStarted) }),
                filled: buckets.filter { $0.bannedUntil > now }.map(\.kind)
            )
            return .admitted(ticket)
        }
    }

    /// The password was right: the pair is known from now on, its count begins anew, and the attempt is taken off the
    /// others.
    public func succeeded(_ ticket: AttemptTicket, now: Int64) async throws(BridgeDatabaseError) {
        guard ticket.settle() else { return }
        try await database.write { [configuration] db in
            for kind in BucketKind.allCases { try Self.refund(kind, ticket, configuration, now: now, in: db) }
            try db.execute(
                sql: "DELETE FROM regulation_buckets WHERE kind = 'pair' AND account = ? AND client = ?",
                arguments: [ticket.account, ticket.client]
            )
            try db.execute(
                sql: "INSERT OR REPLACE INTO regulation_known (account, client, last_success) VALUES (?, ?, ?)",
                arguments: [ticket.account, ticket.client, now]
            )
        }
    }

    /// The password was wrong: the attempt stays counted.
    public func failed(_ ticket: AttemptTicket) { _ = ticket.settle() }

    /// The password was never judged (PAM does not answer): the attempt is taken off all counts.
    public func abandoned(_ ticket: AttemptTicket, now: Int64) async throws(BridgeDatabaseError) {
        guard ticket.settle() else { return }
        try await database.write { [configuration] db in
            for kind in BucketKind.allCases { try Self.refund(kind, ticket, configuration, now: now, in: db) }
        }
    }

    private static func isKnown(account: String, client: String, since: Int64, in db: Database) throws -> Bool {
        let sql = "SELECT 1 FROM regulation_known WHERE account = ? AND client = ? AND last_success > ?"
        return try Int.fetchOne(db, sql: sql, arguments: [account, client, since]) != nil
    }

    /// Takes an attempt off the bucket that it was counted in, and off no later one.
    private static func refund(
        _ kind: BucketKind,
        _ ticket: AttemptTicket,
        _ configuration: Configuration,
        now: Int64,
        in db: Database
    ) throws {
        guard let started = ticket.reservations[kind] else { return }
        var bucket = try RegulationBucket.load(
            kind,
            account: ticket.account,
            client: ticket.client,
            window: configuration.window,
            now: now,
            in: db
        )
        guard bucket.attempts > 0, bucket.windowStarted == started else { return }
        bucket.attempts -= 1
        if bucket.attempts < configuration.limit(kind) { bucket.bannedUntil = 0 }
        if bucket.attempts == 0 { try bucket.delete(in: db) } else { try bucket.save(in: db) }
    }
}

/// Says when it is time to look at the number of rows: that is too much to do at each attempt.
private final class AdmissionCount: Sendable {
    private let count = Atomic(0)

    func isTrimDue() -> Bool { count.wrappingAdd(1, ordering: .relaxed).newValue % 256 == 0 }
}

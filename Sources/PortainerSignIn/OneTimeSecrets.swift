import Crypto
import Identity

/// Random texts that stand for a person: each for a short time, and for one redemption.
///
/// Only their SHA-256 is kept, and looked up: what is compared tells an attacker nothing in time.
struct OneTimeSecrets<C: Clock> where C.Duration == Duration {
    private struct Entry {
        let name: UserName
        let expires: C.Instant
    }

    private let clock: C
    private let lifetime: Duration
    private var entries: [SHA256Digest: Entry] = [:]

    init(clock: C, lifetime: Duration) {
        self.clock = clock
        self.lifetime = lifetime
    }

    /// How many could be redeemed, or have not been forgotten yet.
    var count: Int { entries.count }

    /// A new secret for `name`: 256 random bits (getrandom(2)) as 64 hexadecimal digits.
    mutating func issue(for name: UserName) -> String {
        let now = clock.now
        entries = entries.filter { $0.value.expires > now }
        var generator = SystemRandomNumberGenerator()
        let secret = (0..<4).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        entries[Self.digest(secret)] = Entry(name: name, expires: now.advanced(by: lifetime))
        return secret
    }

    /// Whom the secret stands for; it is used up by that, also when it has come too late.
    mutating func redeem(_ secret: String) -> UserName? {
        guard let entry = entries.removeValue(forKey: Self.digest(secret)), entry.expires > clock.now else {
            return nil
        }
        return entry.name
    }

    private static func digest(_ secret: String) -> SHA256Digest { SHA256.hash(data: Array(secret.utf8)) }
}

import Identity
import Testing

@testable import Sessions

@Suite("Any history of sessions")
struct SessionPropertyTests {
    /// Numbers that repeat with their seed (splitmix64), so that a failure can be run again.
    struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    @Test("keeps its promises: ended stays ended, the cap holds, the rows equal memory", arguments: 0..<12)
    func history(seed: UInt64) async throws {
        var dice = Dice(state: seed)
        let house = try House()
        let configuration = SessionRegister.Configuration(idle: 50, lifetime: 120, perUser: 3)
        let foreign = SQLiteSessionStore(database: try house.another())
        let store = SQLiteSessionStore(database: house.database)
        let names = ["alice", "bob", "carol"]
        var register = try await house.register(configuration)
        var now = House.start
        var living: [TokenDigest: ActiveSession] = [:]
        var ended: Set<TokenDigest> = []

        func bury() {
            for (digest, session) in living where !session.isValid(now: now) {
                living[digest] = nil
                ended.insert(digest)
            }
        }

        for _ in 0..<120 {
            let name = try UserName(names.randomElement(using: &dice) ?? "alice")
            switch Int.random(in: 0..<100, using: &dice) {
            case 0..<40:
                let (token, session) = try await register.open(name.rawValue, now: now)
                living[token.digest] = session
            case 40..<50:
                if let session = living.values.randomElement(using: &dice) {
                    try await register.end(id: session.id, reason: .signedOut, now: now)
                }
            case 50..<55: try await register.endAll(of: name, reason: .disabled, now: now)
            case 55..<60:
                if let session = living.values.randomElement(using: &dice) {
                    try await foreign.end([session.id], reason: .revoked, now: now)
                    try await register.sweep(now: now)
                }
            case 60..<75:
                if let session = living.values.randomElement(using: &dice), session.isValid(now: now) {
                    session.touch(now: now)
                }
            case 75..<85:
                now += Int64.random(in: 0..<30, using: &dice)
                try await register.sweep(now: now)
            case 85..<92:
                try await register.flush()
                bury()
                let remembered = Set(await register.all().filter { $0.isValid(now: now) }.map(\.digest))
                register = try await house.register(configuration, now: now)
                let reloaded = await register.all().filter { $0.isValid(now: now) }
                #expect(Set(reloaded.map(\.digest)) == remembered)
                living = Dictionary(uniqueKeysWithValues: reloaded.map { ($0.digest, $0) })
            default: now += Int64.random(in: 0..<10, using: &dice)
            }
            bury()
            for digest in ended { #expect(await register.session(digest: digest)?.isValid(now: now) != true) }
            for name in names { #expect(await register.sessions(of: try UserName(name)).count <= 3) }
            #expect(await Set(register.all().map(\.id)) == (try await store.identifiers()))
        }
        #expect(!ended.isEmpty)
    }
}

public import Identity

/// The tokens by which nginx lets people into Portainer as themselves. They are kept in memory and nowhere else.
///
/// One mint a person runs at a time, whoever waits for it, and all of them go at a pace that Portainer's rate limiter allows
/// (``MintingPace``); callers wait for ``Configuration/waitLimit``, and the mint goes on for the next call. At 80 % of its life a token is
/// renewed while the old one is still handed out.
public actor PortainerTokens<C: Clock> where C.Duration == Duration {
    /// Why nothing is tried again for a while.
    private struct Pause {
        let absence: PortainerAbsence
        let until: C.Instant
    }

    private struct Held {
        let token: PortainerToken
        let renewFrom: C.Instant
        let goodUntil: C.Instant
    }

    private struct Person {
        var role: Role
        var held: Held?
        var pause: Pause?
        /// The number of the mint that runs for them.
        var minting: UInt64?
        var waiting: [UInt64: CheckedContinuation<Answer, Never>] = [:]
        var lastRefusal: C.Instant?
        /// When a mint may begin, after a new token was refused as well.
        var notBefore: C.Instant?
    }

    private let mint: any TokenMint
    private let provider: OAuthProvider<C>
    private let configuration: Configuration
    private let clock: C
    private let report: @Sendable (MintReport) -> Void
    private var pace: MintingPace<C>
    private var people: [UserName: Person] = [:]
    /// Holds for everybody.
    private var pause: Pause?
    private var lastNumber: UInt64 = 0
    private var lastReason: String?
    /// Whoever came last to wait for a place.
    private var lastPlace: Task<Void, Never>?

    /// - Parameters:
    ///   - provider: redeems the codes; the one whose answers Portainer's server gets.
    ///   - report: called at each mint.
    public init(
        mint: any TokenMint,
        provider: OAuthProvider<C>,
        configuration: Configuration = Configuration(),
        clock: C,
        report: @escaping @Sendable (MintReport) -> Void
    ) {
        self.mint = mint
        self.provider = provider
        self.configuration = configuration
        self.clock = clock
        self.report = report
        pace = MintingPace(
            clock: clock,
            burst: configuration.burst,
            first: configuration.first,
            interval: configuration.interval
        )
    }

    /// A token for somebody who may use Portainer now.
    /// - Parameters:
    ///   - person: as the session says; a token of another role is thrown away.
    ///   - refused: the token that Portainer has just refused (401); if it is the one that is kept, a new one is minted.
    public func token(for person: Principal, refused: String? = nil) async -> Answer {
        let now = clock.now
        var entry = people[person.name] ?? Person(role: person.role)
        if entry.role != person.role {
            entry = Person(role: person.role, waiting: entry.waiting)
        }
        if let refused, entry.held?.token.value == refused { Self.discard(&entry, now: now) }
        if let held = entry.held, now < held.goodUntil {
            people[person.name] = entry
            if now >= held.renewFrom, entry.minting == nil, !isPaused(entry, now: now) { startMint(for: person.name) }
            return .token(held.token)
        }
        entry.held = nil
        people[person.name] = entry
        if let pause = [entry.pause, pause].lazy.compactMap(\.self).first(where: { now < $0.until }) {
            return .absent(pause.absence)
        }
        if entry.minting == nil { startMint(for: person.name) }
        return await turn(of: person.name)
    }

    /// Forgets somebody's token, and lets nobody have one that is being made.
    public func drop(_ name: UserName) {
        guard let entry = people.removeValue(forKey: name) else { return }
        for waiter in entry.waiting.values { waiter.resume(returning: .absent(.starting)) }
    }

    /// Names whose tokens are kept.
    public var names: Set<UserName> { Set(people.filter { $0.value.held != nil }.keys) }

    /// How long it takes from one refusal to the next mint but one.
    private static var refusalPause: Duration { .seconds(3) }

    private static func discard(_ entry: inout Person, now: C.Instant) {
        entry.held = nil
        // Whatever keeps a fresh token from being taken, a flood of further ones does not help.
        if let last = entry.lastRefusal, now < last.advanced(by: refusalPause) {
            entry.notBefore = now.advanced(by: refusalPause)
        }
        entry.lastRefusal = now
    }

    private func isPaused(_ entry: Person, now: C.Instant) -> Bool {
        [entry.pause, pause].contains { $0.map { now < $0.until } ?? false }
    }

    private func number() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    // MARK: - Waiting

    private func turn(of name: UserName) async -> Answer {
        let waiter = number()
        let alarm = Task { [clock, configuration] in
            try await clock.sleep(until: clock.now.advanced(by: configuration.waitLimit), tolerance: nil)
            self.sendAway(waiter, of: name)
        }
        defer { alarm.cancel() }
        return await withCheckedContinuation { continuation in
            guard people[name] != nil else { return continuation.resume(returning: .absent(.starting)) }
            people[name]?.waiting[waiter] = continuation
        }
    }

    private func sendAway(_ waiter: UInt64, of name: UserName) {
        people[name]?.waiting.removeValue(forKey: waiter)?.resume(returning: .absent(.starting))
    }

    // MARK: - Minting

    private func startMint(for name: UserName) {
        let number = number()
        people[name]?.minting = number
        let notBefore = people[name]?.notBefore
        Task { await self.runMint(number, for: name, notBefore: notBefore) }
    }

    private func runMint(_ number: UInt64, for name: UserName, notBefore: C.Instant?) async {
        if let notBefore, notBefore > clock.now { try? await clock.sleep(until: notBefore, tolerance: nil) }
        guard people[name]?.minting == number else { return }
        await place()
        guard people[name]?.minting == number else { return pace.giveBack() }
        let code = await provider.code(for: name)
        let result: Result<PortainerToken, MintFailure>
        do throws(MintFailure) {
            result = .success(try await token(for: code))
        } catch {
            if case .unreachable = error { pace.giveBack() }
            result = .failure(error)
        }
        await provider.withdraw(code)
        // Dropped, or asked for in another role, while Portainer worked.
        guard people[name]?.minting == number else { return }
        settle(name, with: result)
    }

    /// Waits until a mint may be sent; first come, first served.
    private func place() async {
        let previous = lastPlace
        let place = Task { [clock] in
            await previous?.value
            while let next = self.takePlace() { try? await clock.sleep(until: next, tolerance: nil) }
        }
        lastPlace = place
        await place.value
    }

    private func takePlace() -> C.Instant? { pace.take() }

    private func token(for code: String) async throws(MintFailure) -> PortainerToken {
        guard let token = PortainerToken(try await mint.mint(code: code)) else {
            throw .unexpected("a token that is none")
        }
        return token
    }

    private func settle(_ name: UserName, with result: Result<PortainerToken, MintFailure>) {
        guard var entry = people[name] else { return }
        let now = clock.now
        entry.minting = nil
        let answer: Answer
        switch result.flatMap({ Self.judged($0, name: name, role: entry.role) }) {
        case .success(let token):
            let margin = min(.seconds(30), token.lifetime / 20)
            entry.held = Held(
                token: token,
                renewFrom: now.advanced(by: token.lifetime * configuration.renewal),
                goodUntil: now.advanced(by: token.lifetime - margin)
            )
            entry.pause = nil
            pause = nil
            lastReason = nil
            answer = .token(token)
            report(.minted(name))
        case .failure(let failure):
            answer = .absent(failure.absence)
            let rest = Pause(absence: failure.absence, until: now.advanced(by: failure.pause))
            if failure.concernsEverybody { pause = rest } else { entry.pause = rest }
            if lastReason != failure.description { report(.failed(name, reason: failure.description)) }
            lastReason = failure.description
        }
        let waiting = entry.waiting
        entry.waiting = [:]
        people[name] = entry
        for waiter in waiting.values { waiter.resume(returning: answer) }
        people = people.filter { !isIdle($0.value, now: now) }
    }

    private func isIdle(_ entry: Person, now: C.Instant) -> Bool {
        entry.minting == nil && entry.waiting.isEmpty && !isPaused(entry, now: now)
            && (entry.held.map { now >= $0.goodUntil } ?? true)
    }

    /// A token is handed out for the one it names only, and gives nobody more than the user store does: Portainer may not have
    /// heard yet that an administrator is none any more.
    private static func judged(_ token: PortainerToken, name: UserName, role: Role) -> Result<
        PortainerToken, MintFailure
    > {
        guard token.name == name.rawValue else { return .failure(.unexpected("a token of another name")) }
        guard role == .admin || !token.isAdministrator else { return .failure(.roleTooHigh) }
        return .success(token)
    }
}

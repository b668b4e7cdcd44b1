import Identity

/// The changes of one run of ``AccountTools``, and what came between.
struct AccountWork {
    let changes: [AccountChange]
    private var problems: [AccountChange: AccountProblem] = [:]
    private var through = 0
    private let progress: @Sendable (Int) -> Void

    init(_ changes: [AccountChange], progress: @escaping @Sendable (Int) -> Void) {
        var seen: Set<AccountChange> = []
        self.changes = changes.filter { seen.insert($0).inserted }
        self.progress = progress
    }

    /// The changes of one kind that nothing stands against yet.
    func open<Value>(_ pick: (AccountChange) -> Value?) -> [(change: AccountChange, value: Value)] {
        changes.compactMap { change in
            guard problems[change] == nil, let value = pick(change) else { return nil }
            return (change, value)
        }
    }

    /// The first thing that came between counts; what follows from it is noise.
    mutating func fail(_ change: AccountChange, _ problem: AccountProblem) {
        if problems[change] == nil { problems[change] = problem }
    }

    mutating func fail(_ change: AccountChange, _ kind: AccountProblem.Kind, _ reason: String) {
        fail(change, AccountProblem(kind: kind, reason: reason))
    }

    mutating func advance(by count: Int = 1) {
        guard count > 0 else { return }
        through += count
        progress(min(through, changes.count))
    }

    /// What is not so. A program that complained over something that is so nevertheless is forgiven; one that was
    /// content over something that is not so is not believed.
    func failures(
        in snapshot: HostSnapshot,
        settings: AccountSettings
    ) -> [(change: AccountChange, problem: AccountProblem)] {
        let day = Day.today
        let all = Set(changes)
        return changes.compactMap { change in
            guard !snapshot.shows(change, settings: settings, on: day, amid: all) else { return nil }
            let silence = AccountProblem(
                kind: .program,
                reason: "it was tried to \(change), and no program complained, but it is not so; look for a "
                    + "configuration management or a second tool that writes the account files"
            )
            return (change, problems[change] ?? silence)
        }
    }
}

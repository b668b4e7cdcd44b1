import Identity

/// Of whom something could not be put in force, and when that is tried again: after 1, 2, 5, 15 and 60 seconds, and every minute from
/// then on. Without it the next try is that of `sync.interval`, for which somebody who is switched off would go on.
struct Unfinished: Sendable, Equatable {
    private(set) var names: Set<UserName> = []
    /// Whether an area could not be looked at in a run over everybody, such as a JupyterHub that was not up yet.
    private(set) var concernsEverybody = false
    /// How many tries have failed one after the other.
    private(set) var tries = 0

    static let pauses: [Duration] = [.seconds(1), .seconds(2), .seconds(5), .seconds(15), .seconds(60)]

    /// How long to wait; `nil` when nothing is left to do.
    var pause: Duration? { names.isEmpty && !concernsEverybody ? nil : Self.pauses[min(tries, Self.pauses.count) - 1] }

    /// What is left after a run over some people, or everybody.
    func after(_ outcome: SyncOutcome, scope: SyncScope) -> Unfinished {
        var next = self
        next.names = names.filter { !scope.includes($0) }
        next.names.formUnion(outcome.failed.compactMap { $0.change.user.flatMap { try? UserName($0) } })
        // An area that could not even be looked at says nothing of anybody in it.
        if let tried = scope.names {
            if !outcome.troubles.isEmpty { next.names.formUnion(tried) }
        } else {
            next.concernsEverybody = !outcome.troubles.isEmpty
        }
        let isNothingLeft = next.names.isEmpty && !next.concernsEverybody
        let isNothingNew = next.names.isSubset(of: names) && (concernsEverybody || !next.concernsEverybody)
        next.tries = isNothingLeft ? 0 : isNothingNew ? tries + 1 : 1
        return next
    }
}

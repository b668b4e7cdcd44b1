import Identity

/// Keeps a lost or damaged store from switching everybody off.
///
/// One judgement over the whole plan: whoever is about to be locked, stopped or taken out of JupyterHub, whether their row is gone
/// or says that they are disabled, is counted against those who are active now. Who was switched off before is in neither number.
struct MassGuard: Sendable {
    /// Those who can do something now, on this host or in JupyterHub.
    private(set) var active: Set<UserName> = []
    /// Those of them whom the plan switches off.
    private(set) var leaving: Set<UserName> = []
    let isStoreEmpty: Bool

    /// Whether so many are more than anybody would mean: all of them, or more than five and more than half.
    static func isMass(_ leaving: Int, of active: Int) -> Bool {
        leaving > 5 && leaving * 2 > active || leaving > 1 && leaving >= active
    }

    var trips: Bool {
        !leaving.isEmpty && (isStoreEmpty || Self.isMass(leaving.count, of: active.count))
    }

    /// - Parameter isLeaving: whether the plan switches them off.
    mutating func count(_ name: UserName, isLeaving: Bool) {
        active.insert(name)
        if isLeaving { leaving.insert(name) }
    }
}

public import DockerPolicy

/// A judge that is made when the engine can first be asked what it is like. Until then every call is told that the engine is away.
public actor LateJudge: GuardJudge {
    private let make: @Sendable () async -> (any GuardJudge)?
    private var judge: (any GuardJudge)?

    /// - Parameter make: makes the judge; `nil` while the engine is away. Asked again at each call until it succeeds.
    public init(make: @escaping @Sendable () async -> (any GuardJudge)?) { self.make = make }

    public nonisolated func open(
        method: String,
        target: String,
        headers: [(String, String)],
        caller: Caller
    ) async -> GuardOpening {
        guard let judge = await made() else { return .decided(.refuse(Exchange.engineAway)) }
        return await judge.open(method: method, target: target, headers: headers, caller: caller)
    }

    private func made() async -> (any GuardJudge)? {
        if let judge { return judge }
        let fresh = await make()
        // Somebody else may have been faster while we waited: one judge has the locks of all names.
        if judge == nil { judge = fresh }
        return judge
    }
}

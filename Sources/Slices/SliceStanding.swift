/// What holds for one person's slice.
public struct SliceStanding: Sendable, Equatable {
    /// The slice, for messages: `user-1001.slice`, `the cgroup diycloud/user-1001`.
    public let name: String
    /// What will hold when somebody signs in: drop-ins of systemd, or the directory of our own tree. Nil: no limit of ours.
    public let configured: SliceReading?
    /// What the kernel holds now. Nil: the slice does not exist now (nothing of the person runs under systemd).
    public let inForce: SliceReading?
    /// What this host cannot limit, with the reason.
    public let impossible: [SliceLimit: String]
    /// What needs no limit here: swap where there is no swap space. Nobody looks whether it has one.
    public let moot: Set<SliceLimit>

    public init(
        name: String,
        configured: SliceReading?,
        inForce: SliceReading?,
        impossible: [SliceLimit: String] = [:],
        moot: Set<SliceLimit> = []
    ) {
        self.name = name
        self.configured = configured
        self.inForce = inForce
        self.impossible = impossible
        self.moot = moot
    }

    /// Where this is not what `limits` asks; empty when all is in force, or will be as soon as a process of the person starts.
    public func problems(against limits: SliceLimits) -> [SliceProblem] {
        guard let configured else {
            return [SliceProblem(limit: nil, kind: .notConfigured, reason: "\(name) carries no limits yet.")]
                + SliceLimit.allCases.compactMap { impossibility(of: $0, in: limits) }
        }
        return SliceLimit.allCases.compactMap { limit in
            guard !moot.contains(limit) else { return nil }
            if impossible[limit] != nil { return impossibility(of: limit, in: limits) }
            let wanted = limits.bound(limit)
            guard configured[limit] == wanted else {
                let found = limit.text(configured[limit])
                let reason = "\(limit.title) of \(name) is \(found) and should be \(limit.text(wanted))."
                return SliceProblem(limit: limit, kind: .notConfigured, reason: reason)
            }
            guard let inForce, inForce[limit] != wanted else { return nil }
            let reason =
                "\(limit.title) of \(name) is set to \(limit.text(wanted)) but the kernel holds \(limit.text(inForce[limit])). "
                + "Something else changes it: see `systemctl cat \(name)`."
            return SliceProblem(limit: limit, kind: .notInForce, reason: reason)
        }
    }

    /// Whether applying `limits` could change anything: false once all is as asked or impossible here.
    public func needsChange(for limits: SliceLimits) -> Bool {
        problems(against: limits).contains { $0.kind != .unsupported }
    }

    private func impossibility(of limit: SliceLimit, in limits: SliceLimits) -> SliceProblem? {
        // What is not asked for needs no means.
        guard let reason = impossible[limit], !moot.contains(limit), limits.bound(limit) != .unlimited else {
            return nil
        }
        return SliceProblem(limit: limit, kind: .unsupported, reason: reason)
    }
}

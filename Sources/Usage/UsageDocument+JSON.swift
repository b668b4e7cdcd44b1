// Written by hand so that every key is always there, with null for what is not known: a reader finds the same keys each time. Encoders turn
// the names into snake case.

private enum Key: String, CodingKey {
    case coresNow, coresWindow, windowSeconds, limitCores, bytes, peakBytes, limitBytes, oomKills, count, limit,
        inForce,
        reason
}

extension KeyedEncodingContainer<Key> {
    fileprivate mutating func encode(_ enforcement: Enforcement) throws {
        try encode(enforcement.isInForce, forKey: .inForce)
        try encode(enforcement.reason, forKey: .reason)
    }
}

extension UsageDocument.CPU: Encodable {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(rate.now.map(Self.rounded), forKey: .coresNow)
        try container.encode(rate.window.map(Self.rounded), forKey: .coresWindow)
        try container.encode(windowSeconds, forKey: .windowSeconds)
        try container.encode(limitCores, forKey: .limitCores)
        try container.encode(enforcement)
    }

    /// Thousandths of a core: what is behind them is noise of the scheduler's tick.
    private static func rounded(_ cores: Double) -> Double { (cores * 1000).rounded() / 1000 }
}

extension UsageDocument.Memory: Encodable {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(bytes, forKey: .bytes)
        try container.encode(peakBytes, forKey: .peakBytes)
        try container.encode(limitBytes, forKey: .limitBytes)
        try container.encode(oomKills, forKey: .oomKills)
        try container.encode(enforcement)
    }
}

extension UsageDocument.Disk: Encodable {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(bytes, forKey: .bytes)
        try container.encode(limitBytes, forKey: .limitBytes)
        try container.encode(enforcement)
    }
}

extension UsageDocument.Tasks: Encodable {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(count, forKey: .count)
        try container.encode(limit, forKey: .limit)
        try container.encode(enforcement)
    }
}

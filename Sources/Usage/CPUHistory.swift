/// The last readings of every slice in which something runs, to tell rates from counters that only grow.
///
/// It keeps at most ``readingsKept`` readings a slice whatever the window is, and nothing of slices in which nothing runs: 10,000 people
/// at work take about 10 MB.
public struct CPUHistory: Sendable {
    /// The time over which use is averaged.
    public let window: Duration
    /// Readings of one slice that are kept; closer ones replace each other.
    public static let readingsKept = 32
    /// The shortest time over which "now" is measured: counters move in steps of a scheduler tick (1 to 10 ms).
    public static let shortestSpan: Duration = .milliseconds(500)

    private var slices: [UInt32: [CPUReading]] = [:]
    private let spacing: Duration

    /// - Parameter window: more than 0.
    public init(window: Duration) {
        self.window = window
        spacing = window / (Self.readingsKept - 4)
    }

    /// How many slices are known.
    public var count: Int { slices.count }

    /// Takes a round of readings in; whoever is missing runs nothing any more and is forgotten.
    public mutating func note(_ counters: [UInt32: UInt64], at now: ContinuousClock.Instant) {
        // Its memory is what the most crowded round needed, so a smaller one starts with a table of its size.
        var next: [UInt32: [CPUReading]] = Dictionary(minimumCapacity: counters.count)
        for (uid, microseconds) in counters {
            var readings = slices.removeValue(forKey: uid) ?? []
            append(CPUReading(at: now, microseconds: microseconds), to: &readings)
            next[uid] = readings
        }
        slices = next
    }

    /// How many cores a slice keeps busy.
    /// - Parameter fresh: its counter as it was read just now.
    public func rate(of uid: UInt32, fresh: CPUReading) -> CPURate {
        guard let readings = slices[uid], let last = readings.last, last.microseconds <= fresh.microseconds else {
            return CPURate()
        }
        let recent = readings.last { $0.at.duration(to: fresh.at) >= Self.shortestSpan }
        // The oldest within the window, or the one just before it began, so that the span is never much shorter than the window.
        let start = readings.last { $0.at.duration(to: fresh.at) >= window } ?? readings.first
        return CPURate(now: recent.flatMap(fresh.cores(since:)), window: start.flatMap(fresh.cores(since:)))
    }

    private func append(_ reading: CPUReading, to readings: inout [CPUReading]) {
        // A counter that went down is that of a slice that ended and began anew.
        if let last = readings.last, last.microseconds > reading.microseconds || last.at > reading.at {
            readings.removeAll(keepingCapacity: true)
        }
        // The last two stay whatever their distance, for the rate of now.
        if readings.count >= 3, readings[readings.count - 3].at.duration(to: readings[readings.count - 2].at) < spacing
        {
            readings.remove(at: readings.count - 2)
        }
        readings.append(reading)
        let expired = readings.lastIndex { $0.at.duration(to: reading.at) >= window } ?? 0
        if expired > 0 { readings.removeFirst(expired) }
        if readings.count > Self.readingsKept { readings.removeFirst(readings.count - Self.readingsKept) }
    }
}

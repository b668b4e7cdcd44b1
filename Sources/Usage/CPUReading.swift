/// The counter of one slice at one moment.
public struct CPUReading: Sendable, Equatable {
    /// On any clock that never goes back, the same for all readings that are compared.
    public let at: ContinuousClock.Instant
    /// Processor time used since the slice exists.
    public let microseconds: UInt64

    public init(at: ContinuousClock.Instant, microseconds: UInt64) {
        self.at = at
        self.microseconds = microseconds
    }

    /// The cores that were busy on average since `earlier`.
    /// - Returns: `nil` when no time passed, or the slice began anew in between.
    public func cores(since earlier: CPUReading) -> Double? {
        let elapsed = earlier.at.duration(to: at) / .microseconds(1)
        guard elapsed > 0, microseconds >= earlier.microseconds else { return nil }
        return Double(microseconds - earlier.microseconds) / elapsed
    }
}

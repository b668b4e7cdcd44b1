/// How many cores somebody keeps busy.
public struct CPURate: Sendable, Equatable {
    /// Over the last moments; `nil` until the counter was read twice.
    public var now: Double?
    /// Over the window, or since the slice exists if that is shorter; `nil` until the counter was read twice.
    public var window: Double?

    public init(now: Double? = nil, window: Double? = nil) {
        self.now = now
        self.window = window
    }

    /// Nothing runs.
    public static let idle = CPURate(now: 0, window: 0)
}

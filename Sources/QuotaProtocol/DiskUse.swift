public import Identity

/// What a person's files take and the limit on them, as it travels from the quota worker to `serve`.
public struct DiskUse: Sendable, Hashable {
    /// What the kernel counts now; `nil` when nobody counts, or nobody could be asked.
    public let used: ByteCount?
    /// The hard limit that is set; `nil` for none. It stops writes only when ``problem`` is `nil`.
    public let limit: ByteCount?
    /// The unit in bytes that the file system stores limits in, 1 to 2^32 - 1.
    public let unit: UInt32
    /// Why the limit does not bite, or why nothing is known; a sentence without control characters, `nil` when all is well. At most
    /// ``maximumProblem`` bytes, what is over is cut off.
    public let problem: String?
    /// Whether the file system was looked at. If not, ``problem`` says why, and nothing is known of the limit.
    public let isKnown: Bool

    /// The longest ``problem``, in bytes of UTF-8: 256 of them fit a frame.
    public static let maximumProblem = 224

    public init(used: ByteCount?, limit: ByteCount?, unit: UInt32 = 1, problem: String? = nil) {
        self.init(used: used, limit: limit, unit: unit, problem: problem, isKnown: true)
    }

    private init(used: ByteCount?, limit: ByteCount?, unit: UInt32, problem: String?, isKnown: Bool) {
        self.used = used
        self.limit = limit
        self.unit = max(1, unit)
        self.problem = problem.map(Self.line)
        self.isKnown = isKnown
    }

    /// That nothing is known, and why.
    public static func unknown(_ reason: String) -> DiskUse {
        DiskUse(used: nil, limit: nil, unit: 1, problem: reason, isKnown: false)
    }

    /// Whether `quota` is the limit that is set, once rounded up to what the file system can store. Says nothing about ``problem``.
    public func isSet(to quota: ByteCount) -> Bool {
        guard let limit else { return false }
        return limit >= quota && limit.bytes - quota.bytes < Int64(unit)
    }
}

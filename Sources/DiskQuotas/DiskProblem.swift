/// Why a disk limit is not in force.
public struct DiskProblem: Sendable, Hashable, Codable {
    /// What is so: a sentence that names the home, the mount or the device.
    public let reason: String
    /// The way out: what to run or to change; safe for the data that is there.
    public let remedy: String
    /// Whether setting the limit anew takes it away, as with a soft limit beside the hard one.
    public let isMendable: Bool

    public init(reason: String, remedy: String, isMendable: Bool = false) {
        self.reason = reason
        self.remedy = remedy
        self.isMendable = isMendable
    }
}

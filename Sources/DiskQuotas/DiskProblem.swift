/// Why a disk limit is not in force.
public struct DiskProblem: Sendable, Hashable, Codable {
    /// What is so: a sentence that names the home, the mount or the device.
    public let reason: String
    /// The way out: what to run or to change; safe for the data that is there.
    public let remedy: String

    public init(reason: String, remedy: String) {
        self.reason = reason
        self.remedy = remedy
    }
}

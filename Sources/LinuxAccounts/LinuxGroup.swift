/// A group as the file group(5) has it.
public struct LinuxGroup: Sendable, Hashable {
    public let gid: UInt32
    /// The names behind the last colon; whose *primary* group it is stands in passwd(5).
    public let members: Set<String>

    public init(gid: UInt32, members: Set<String> = []) {
        self.gid = gid
        self.members = members
    }
}

/// An open descriptor that is passed from one program to the next, with the name by which it is found there.
public struct NamedDescriptor: Hashable, Sendable {
    /// 1 to 255 bytes of printable ASCII without a colon: `proxy`, `services`, `secret-jupyterhub`.
    public let name: String
    public let descriptor: Int32

    public init(name: String, descriptor: Int32) throws(PrivilegeError) {
        let isPrintable = name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ":") }
        guard !name.isEmpty, name.utf8.count <= 255, isPrintable else { throw .badDescriptorName(name) }
        self.name = name
        self.descriptor = descriptor
    }
}

/// What a server answered.
public struct ProbeAnswer: Sendable {
    public let status: UInt
    /// Names in lower case, in the order in which they came.
    public let headers: [(name: String, value: String)]
    public let body: String

    /// The first value of a header.
    public func header(_ name: String) -> String? { headers.first { $0.name == name.lowercased() }?.value }
}

/// Nobody answered.
public struct HTTPProbeError: Error, Sendable, CustomStringConvertible {
    /// The address or the socket.
    public let url: String
    public let reason: String

    public var description: String { "\(url) does not answer (\(reason))" }
}

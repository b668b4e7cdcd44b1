import Glibc

/// A socket on which the service should be reached could not be opened.
public struct ListeningSocketError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The path of the socket file, or the address and the port.
    public let place: String
    /// The error number of the system call.
    public let number: Int32

    public var description: String {
        let reason = String(cString: strerror(number))
        let hint =
            number == EADDRINUSE ? "; another program listens there (ss -ltnp), or set \"listen\" to another place" : ""
        return "cannot listen on \(place): \(reason)\(hint)"
    }
}

import Glibc
public import Identity

/// The name service could not say whether an account exists.
public struct HostAccountsError: Error, Sendable, CustomStringConvertible {
    public let name: UserName
    /// The error number of getpwnam_r(3).
    public let code: Int32

    public var description: String {
        "the account \(name) could not be looked up: \(String(cString: strerror(code))); see nsswitch.conf(5)"
    }
}

/// Where a distribution's nginx looks for servers, and whom it runs as.
public struct NginxLayout: Sendable, Equatable {
    public let user: String
    public let group: String
    /// A directory whose `*.conf` are included at the http level.
    public let httpDirectory: String
    /// Where a file with a `server` belongs.
    public let serverDirectory: String
    /// Where a link to that file makes nginx read it; nil when lying in ``serverDirectory`` is enough.
    public let enabledDirectory: String?
    /// Nothing is included until `nginx.conf` says so: ``httpDirectory`` has to be made, and included with ``includeLine``.
    public let includesNothing: Bool
    /// The file with the distribution's own server on port 80.
    public let defaultServerPath: String
    /// Whether ``defaultServerPath`` is that server's alone (a link that can be taken away), not `nginx.conf` itself.
    public let defaultServerIsRemovable: Bool

    /// What a `nginx.conf` that includes nothing needs within `http { }`.
    public var includeLine: String { "include \(httpDirectory)/*.conf;" }
}

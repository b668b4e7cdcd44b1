public import NIOCore

/// What one client may take of the guard, and how long it may take over it.
public struct GuardLimits: Sendable {
    /// How long a request head may take to be complete, from its first byte; for the first one from the connection's beginning, the TLS
    /// handshake included.
    public var headTime: TimeAmount
    /// How long a connection may stand between two requests.
    public var idleTime: TimeAmount
    /// How long a body that must be judged may take to be complete.
    public var bodyTime: TimeAmount
    /// How long a client may go on sending after the last answer before it is cut off, and take to fetch what it was sent.
    public var lingerTime: TimeAmount
    /// All header fields of a request together, in bytes.
    public var headBytes: Int
    /// One header field, in bytes. X-Registry-Config carries the passwords of all registries of a person.
    public var fieldBytes: Int
    /// Header fields of a request.
    public var fieldCount: Int
    /// Connections in all.
    public var connections: Int
    /// Connections of one caller at one entrance; root's are not counted.
    public var connectionsPerCaller: Int
    /// Connections by TLS of which nobody knows yet whose they are.
    public var handshakes: Int

    public init(
        headTime: TimeAmount = .seconds(30),
        idleTime: TimeAmount = .minutes(3),
        bodyTime: TimeAmount = .seconds(60),
        lingerTime: TimeAmount = .seconds(5),
        headBytes: Int = 128 * 1024,
        fieldBytes: Int = 64 * 1024,
        fieldCount: Int = 100,
        connections: Int = 8192,
        connectionsPerCaller: Int = 2048,
        handshakes: Int = 256
    ) {
        self.headTime = headTime
        self.idleTime = idleTime
        self.bodyTime = bodyTime
        self.lingerTime = lingerTime
        self.headBytes = headBytes
        self.fieldBytes = fieldBytes
        self.fieldCount = fieldCount
        self.connections = connections
        self.connectionsPerCaller = connectionsPerCaller
        self.handshakes = handshakes
    }

    /// As many connections as the descriptors of this process allow: each takes two, and some must be left for the
    /// store, the log and the guard's own calls. Whoever comes by both entrances still leaves half of it to others.
    /// - Parameter descriptors: the soft limit (getrlimit(2), RLIMIT_NOFILE).
    public mutating func fit(descriptors: Int) {
        connections = max(16, min(connections, descriptors / 2 - 64))
        connectionsPerCaller = max(4, min(connectionsPerCaller, connections / 4))
        handshakes = max(8, min(handshakes, connections / 8))
    }
}

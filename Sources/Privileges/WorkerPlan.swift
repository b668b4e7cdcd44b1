/// One kind of worker that ``RootParent`` starts: a process of root for each connection to a socket.
public struct WorkerPlan: Sendable {
    /// What it is called in the log: `PAM worker`.
    public var name: String
    /// Where it is asked for; the directory is made if missing and must be root's. At most 107 bytes.
    public var socketPath: String
    /// Its arguments: `["pam-worker", "--config", …]`.
    public var arguments: [String]
    /// After which it is killed, if its own timer has not done so; `nil` for one that lives as long as its connection.
    public var timeLimit: Duration?
    /// How many run at one time; further connections wait in the socket's backlog.
    public var maximum: Int

    public init(name: String, socketPath: String, arguments: [String], timeLimit: Duration?, maximum: Int) {
        self.name = name
        self.socketPath = socketPath
        self.arguments = arguments
        self.timeLimit = timeLimit
        self.maximum = maximum
    }
}

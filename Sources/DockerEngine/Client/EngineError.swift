/// Why the Docker engine did not do what it was asked. The sentences are written for the operator; a person who asked
/// through the guard is told only that the engine is away.
public enum EngineError: Error, Sendable, Equatable {
    /// There is no socket at the path.
    case socketMissing(path: String)
    /// The account of this process may not open the socket.
    case noPermission(path: String)
    /// Nobody listens at the socket, or the connection broke off. `reason` is one line.
    case away(path: String, reason: String)
    /// The answer took longer than the time limit.
    case tooSlow(call: String, seconds: Int)
    /// An answer that is larger than the limit, or not of the shape that the API has.
    case garbled(call: String, reason: String)
    /// Any other status than the call has. `message` is the engine's own.
    case unexpected(call: String, status: Int, message: String)
    /// Each subnet of the pool is taken.
    case poolExhausted(pool: String)
    /// A network has the name that a person's default network must have, and is not that.
    case networkNameTaken(name: String)
}

extension EngineError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .socketMissing(let path):
            "there is no Docker engine at \(path): is docker.service running, and is docker.engine in bridge.yaml right?"
        case .noPermission(let path):
            "\(path) may not be opened: the guard's account has to be in the group of that socket (usually docker)"
        case .away(let path, let reason):
            "the Docker engine at \(path) does not answer (\(reason)): systemctl status docker says more"
        case .tooSlow(let call, let seconds): "the Docker engine did not answer \(call) within \(seconds) s"
        case .garbled(let call, let reason): "the Docker engine's answer to \(call) is not understood: \(reason)"
        case .unexpected(let call, let status, let message):
            "the Docker engine answered \(call) with \(status)\(message.isEmpty ? "" : ": \(message)")"
        case .poolExhausted(let pool):
            "no subnet is free in docker.address_pool \(pool): remove networks that nobody uses, or give a larger pool"
        case .networkNameTaken(let name):
            "the network \(name) was not made by the guard: remove it (docker network rm \(name))"
        }
    }
}

import DockerEngine
import DockerPolicy

extension EngineError {
    /// What the person is told; what exactly is wrong is the operator's business and stands in the log.
    var refusal: DockerRefusal {
        switch self {
        case .poolExhausted:
            DockerRefusal(
                status: 503,
                message: "No network address is free. Ask your administrator for a larger docker.address_pool.",
                reason: "address-pool-exhausted"
            )
        case .networkNameTaken(let name):
            DockerRefusal(
                status: 409,
                message:
                    "The network \(name) is in the way of your default network. Ask your administrator to remove it.",
                reason: "default-network-name-taken"
            )
        case .unexpected(_, let status, let message) where (400..<500).contains(status):
            DockerRefusal(status: status, message: message, reason: "engine-refused")
        default:
            DockerRefusal(
                status: 503,
                message: "The Docker engine does not answer. Try again; if it lasts, tell your administrator.",
                reason: "engine-away"
            )
        }
    }
}

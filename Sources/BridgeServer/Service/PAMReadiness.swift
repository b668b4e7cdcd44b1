import BridgeConfiguration
import PAMClient
import PAMProtocol

/// Whether PAM can answer, asked at start: a missing service file must not look like a wrong password.
enum PAMReadiness {
    /// - Returns: a warning when the worker cannot be asked yet; sign-ins answer "try again later" until it can.
    /// - Throws: ``PAMServiceError`` when the service file is missing or cannot be trusted.
    static func check(_ pam: PAMClient, configuration: Configuration) async throws -> String? {
        guard configuration.authentication.sources.contains(.pam) else { return nil }
        let state = await pam.checkService()
        switch state {
        case .present: return nil
        case .unknown: return state.description
        case .missing, .unsafe: throw PAMServiceError(state: state)
        }
    }
}

/// The PAM service file is not there, or cannot be trusted.
struct PAMServiceError: Error, CustomStringConvertible {
    let state: ServiceFileState

    var description: String { state.description }
}

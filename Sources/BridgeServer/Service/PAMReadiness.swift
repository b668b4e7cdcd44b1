import PAMClient
import PAMProtocol

/// Whether PAM can answer, asked at start: a missing service file must not look like a wrong password.
enum PAMReadiness {
    /// - Returns: how PAM was found. While the worker cannot be asked, sign-ins answer "try again later".
    /// - Throws: ``PAMServiceError`` when the service file is missing or cannot be trusted.
    static func check(_ pam: PAMClient) async throws -> ServiceFileState {
        let state = await pam.checkService()
        switch state {
        case .present, .unknown: return state
        case .missing, .unsafe: throw PAMServiceError(state: state)
        }
    }
}

/// The PAM service file is not there, or cannot be trusted.
struct PAMServiceError: Error, CustomStringConvertible {
    let state: ServiceFileState

    var description: String { state.description }
}

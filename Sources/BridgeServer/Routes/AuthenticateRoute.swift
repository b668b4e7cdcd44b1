import Audit
import Hummingbird
import Identity
import PAMProtocol
import SignIn

/// `POST /api/v1/authenticate`: a service offers a name and a password, or answers to questions, on behalf of somebody.
struct AuthenticateRoute: Sendable {
    let parts: BridgeParts

    private struct Body: Decodable {
        let username: String?
        let password: String?
        let clientAddress: String?
        let conversation: String?
        let answers: [String]?
    }

    private struct Accepted: Encodable {
        let status = "accepted"
        let user: UserDocument
        /// What PAM had to say beside yes.
        let notices: [String]
    }

    private struct Challenge: Encodable {
        struct Prompt: Encodable {
            let kind: String
            let text: String
        }
        let status = "challenge"
        let conversation: String
        let expiresIn: Int
        let purpose: String
        let prompts: [Prompt]
    }

    func callAsFunction(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let body = try await JSON.decode(Body.self, from: request)
        // A conversation belongs to the service that began it.
        let binding = "service:\(context.service ?? "")"
        switch (body.username, body.password, body.conversation, body.answers) {
        case (let username?, let password?, nil, nil):
            let client = body.clientAddress.flatMap { ClientAddress($0) } ?? .local
            let step = await parts.signIn.begin(
                SignInAttempt(typedName: username, password: password, client: client, binding: binding)
            )
            return try answer(step, context)
        case (nil, nil, let conversation?, let answers?):
            guard let step = await parts.signIn.answer(conversation: conversation, answers: answers, binding: binding)
            else { throw Problem(.gone, .conversationGone, "The conversation is over; begin again with the password.") }
            return try answer(step, context)
        default:
            throw Problem(
                .badRequest,
                .badRequest,
                "Either \"username\" and \"password\", or \"conversation\" and \"answers\" are expected."
            )
        }
    }

    private func answer(_ step: SignInStep, _ context: BridgeRequestContext) throws -> Response {
        parts.metrics.count(step)
        switch step {
        case .accepted(let signedIn):
            parts.audit.record(
                AuditEvent(
                    .signIn,
                    at: .now,
                    outcome: .success,
                    user: signedIn.principal.name.rawValue,
                    service: context.service
                )
            )
            return try JSON.response(Accepted(user: UserDocument(signedIn.principal), notices: signedIn.notices))
        case .challenge(let challenge):
            return try JSON.response(
                Challenge(
                    conversation: challenge.conversation,
                    expiresIn: challenge.expiresIn,
                    purpose: challenge.purpose == .newPassword ? "new-password" : "authentication",
                    prompts: challenge.questions.map { .init(kind: $0.kind.word, text: $0.text) }
                )
            )
        case .refused:
            throw Problem(.unauthorized, .refused, SignInSentence.refused)
        case .unavailable(let seconds):
            throw Problem.unavailable(SignInSentence.unavailable, retryAfter: seconds)
        }
    }
}

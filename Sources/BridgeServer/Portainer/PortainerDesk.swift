import Audit
import Logging
import PortainerSignIn
import ServiceLifecycle
import Sessions

/// What the bridge has to do with Portainer: people's tokens, and the provider that Portainer's server asks.
struct PortainerDesk: Sendable {
    let provider: OAuthProvider<ContinuousClock>
    let tokens: PortainerTokens<ContinuousClock>
    let credentials: ClientCredentials
    let templates: TemplateFile

    /// - Parameters:
    ///   - clientSecret: the text of `portainer.client_secret_file`.
    ///   - templates: the directory `portainer.templates`.
    ///   - mint: where tokens come from.
    init(
        clientSecret: String,
        templates: String,
        mint: any TokenMint,
        pace: PortainerTokens<ContinuousClock>.Configuration = .init(),
        audit: AuditLog,
        logger: Logger
    ) {
        provider = OAuthProvider(clock: ContinuousClock())
        credentials = ClientCredentials(secret: clientSecret)
        self.templates = TemplateFile(path: "\(templates)/templates.json", logger: logger)
        tokens = PortainerTokens(mint: mint, provider: provider, configuration: pace, clock: ContinuousClock()) {
            switch $0 {
            case .minted(let name):
                audit.record(
                    AuditEvent(
                        .serviceEvent,
                        at: .now,
                        outcome: .success,
                        user: name.rawValue,
                        service: "portainer",
                        detail: "token minted"
                    )
                )
            case .failed(let name, let reason):
                logger.warning("no token of Portainer's", metadata: ["user": "\(name)", "reason": "\(reason)"])
            }
        }
    }
}

/// Throws tokens away that give more than their owner may have now.
extension PortainerDesk: SessionObserver {
    func sessionOpened(_ session: ActiveSession) async {}

    func sessionEnded(_ session: ActiveSession, reason: SessionEndReason) async {
        guard reason.concernsWholeUser || reason == .roleChanged else { return }
        await tokens.drop(session.principal.name)
    }
}

/// Lets go of the connections to Portainer when the service ends.
struct PortainerMintService: Service {
    let mint: PortainerMint

    func run() async throws {
        try? await gracefulShutdown()
        await mint.shutdown()
    }
}

import BridgeConfiguration
import PortainerClient
import UserSync

/// Builds what reconciles Portainer, as the configuration says.
struct PortainerAssembly {
    let configuration: BridgeConfiguration.Configuration

    init(_ configuration: BridgeConfiguration.Configuration) { self.configuration = configuration }

    /// Portainer, and how its connections are closed at the end.
    func portainer() -> (SyncParts.Portainer, () async -> Void) {
        let settings = configuration.portainer
        guard let url = settings.url else { return (.notConfigured, {}) }
        guard let site = configuration.public.url else {
            let reason = "public.url is not set: Portainer has to be told where people sign in"
            return (.unusable(reason: reason), {})
        }
        guard let bridge = settings.bridgeURL ?? settings.listen.map({ "http://\($0)" }) else {
            let reason = "portainer.listen is not set: Portainer has no address by which to ask the bridge who signs in"
            return (.unusable(reason: reason), {})
        }
        do throws(PortainerError) {
            let client = try PortainerClient(
                .init(url: url, keyFile: settings.apiKeyFile, passwordFile: settings.adminPasswordFile)
            )
            return (.directory(client, goal(site: site, bridge: bridge)), { await client.shutdown() })
        } catch {
            return (.unusable(reason: "\(error)"), {})
        }
    }

    private func goal(site: String, bridge: String) -> PortainerGoal {
        let settings = configuration.portainer
        let oauth = PortainerOAuth(
            authorizationURI: "\(site)/login",
            accessTokenURI: "\(bridge)/oauth/token",
            resourceURI: "\(bridge)/oauth/user",
            redirectURI: "\(site)/portainer/",
            // Portainer's page goes there when the bridge has ended the session.
            logoutURI: "\(site)/login?signed_out=1"
        )
        let keyFile = settings.apiKeyFile
        let directory = keyFile.lastIndex(of: "/").map { keyFile[..<$0] } ?? "."
        return PortainerGoal(
            settings: PortainerSettings(
                oauth: oauth,
                session: settings.session,
                snapshotInterval: settings.snapshotInterval,
                templatesURL: "\(bridge)/templates.json"
            ),
            clientSecretFile: settings.clientSecretFile,
            ledgerFile: "\(directory)/uploads.json",
            certificates: configuration.docker.certificates,
            templates: settings.templates,
            environmentURL: settings.environmentURL ?? configuration.docker.address.map { "tcp://\($0)" },
            publicHost: settings.publicHost,
            allowsBindMounts: configuration.docker.homeBinds
        )
    }
}

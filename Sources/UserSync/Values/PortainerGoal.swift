public import PortainerClient

/// What Portainer should be like, beside the people of the user store.
public struct PortainerGoal: Sendable {
    public var settings: PortainerSettings
    /// `portainer.client_secret_file`: the secret that Portainer shows to the bridge.
    public var clientSecretFile: String
    /// What was uploaded (``PortainerClient/UploadLedger``); beside the access token.
    public var ledgerFile: String
    /// `docker.certificates`: the directory with `ca.pem` and `clients/NAME.pem`, `clients/NAME.key`.
    public var certificates: String
    /// `portainer.templates`: the directory with `custom.json` and the compose files that it names; `nil` for none.
    public var templates: String?
    /// Where Portainer finds the Docker guard, `tcp://127.0.0.1:2376`; `nil` when it does not listen for Portainer.
    public var environmentURL: String?
    /// The host name that people reach published ports by; `nil` leaves what is set.
    public var publicHost: String?
    /// Whether Portainer lets people bind directories. The Docker guard decides which, and says why not; Portainer's own refusal
    /// is an empty page.
    public var allowsBindMounts: Bool
    /// The oldest API version that the Docker engine takes, `1.44`; `nil` when nobody knows.
    public var engineMinimumAPI: String?

    public init(
        settings: PortainerSettings,
        clientSecretFile: String = "/etc/diycloud-bridge/portainer-oauth.secret",
        ledgerFile: String = "/etc/diycloud-bridge/portainer/uploads.json",
        certificates: String = "/etc/diycloud-bridge/docker",
        templates: String? = "/usr/share/diycloud-bridge/portainer/templates",
        environmentURL: String?,
        publicHost: String? = nil,
        allowsBindMounts: Bool = false,
        engineMinimumAPI: String? = nil
    ) {
        self.settings = settings
        self.clientSecretFile = clientSecretFile
        self.ledgerFile = ledgerFile
        self.certificates = certificates
        self.templates = templates
        self.environmentURL = environmentURL
        self.publicHost = publicHost
        self.allowsBindMounts = allowsBindMounts
        self.engineMinimumAPI = engineMinimumAPI
    }

    /// What people may do in their environment, as Portainer judges it.
    var switches: [EnvironmentSwitch: Bool] {
        var switches = Dictionary(uniqueKeysWithValues: EnvironmentSwitch.allCases.map { ($0, false) })
        switches[.stackManagement] = true
        switches[.bindMounts] = allowsBindMounts
        return switches
    }
}

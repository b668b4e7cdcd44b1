import NIOHTTP1

extension PortainerClient {
    public func settings() async throws(PortainerError) -> PortainerSettings {
        try await ask(.get("/settings")).decoded(SettingsDocument.self).settings
    }

    /// Sets the settings that are the bridge's business, and the client secret; all others stay.
    public func set(_ settings: PortainerSettings, clientSecret: String) async throws(PortainerError) {
        let draft = SettingsDocument(settings, clientSecret: clientSecret)
        _ = try await ask(try .send(.PUT, "/settings", draft))
    }
}

/// `GET` and `PUT /settings`, the members that matter here.
struct SettingsDocument: Codable {
    let authenticationMethod: Int
    let oauth: OAuthDocument
    let session: String?
    let snapshotInterval: String?
    let templatesURL: String?
    let enablesEdgeFeatures: Bool?

    enum CodingKeys: String, CodingKey {
        case authenticationMethod = "AuthenticationMethod"
        case oauth = "OAuthSettings"
        case session = "UserSessionTimeout"
        case snapshotInterval = "SnapshotInterval"
        case templatesURL = "TemplatesURL"
        case enablesEdgeFeatures = "EnableEdgeComputeFeatures"
    }

    init(_ settings: PortainerSettings, clientSecret: String) {
        authenticationMethod = settings.authenticationMethod
        oauth = OAuthDocument(settings.oauth, clientSecret: clientSecret)
        session = settings.session.map(GoDuration.text)
        snapshotInterval = settings.snapshotInterval.map(GoDuration.text)
        templatesURL = settings.templatesURL
        enablesEdgeFeatures = settings.enablesEdgeFeatures
    }

    var settings: PortainerSettings {
        PortainerSettings(
            authenticationMethod: authenticationMethod,
            oauth: oauth.oauth,
            session: session.flatMap(GoDuration.parse),
            snapshotInterval: snapshotInterval.flatMap(GoDuration.parse),
            templatesURL: templatesURL ?? "",
            enablesEdgeFeatures: enablesEdgeFeatures ?? false
        )
    }
}

/// `OAuthSettings`: replaced as a whole, so every member is sent but `KubeSecretKey`, which Portainer keeps.
struct OAuthDocument: Codable {
    var clientID: String?
    var clientSecret: String?
    var authorizationURI: String?
    var accessTokenURI: String?
    var resourceURI: String?
    var redirectURI: String?
    var logoutURI: String?
    var userIdentifier: String?
    var scopes: String?
    var createsUsers: Bool?
    var defaultTeam: Int?
    var usesSSO: Bool?
    var authStyle: Int?

    enum CodingKeys: String, CodingKey {
        case clientID = "ClientID"
        case clientSecret = "ClientSecret"
        case authorizationURI = "AuthorizationURI"
        case accessTokenURI = "AccessTokenURI"
        case resourceURI = "ResourceURI"
        case redirectURI = "RedirectURI"
        case logoutURI = "LogoutURI"
        case userIdentifier = "UserIdentifier"
        case scopes = "Scopes"
        case createsUsers = "OAuthAutoCreateUsers"
        case defaultTeam = "DefaultTeamID"
        case usesSSO = "SSO"
        case authStyle = "AuthStyle"
    }

    init(_ oauth: PortainerOAuth, clientSecret: String) {
        clientID = oauth.clientID
        self.clientSecret = clientSecret
        authorizationURI = oauth.authorizationURI
        accessTokenURI = oauth.accessTokenURI
        resourceURI = oauth.resourceURI
        redirectURI = oauth.redirectURI
        logoutURI = oauth.logoutURI
        userIdentifier = oauth.userIdentifier
        scopes = oauth.scopes
        createsUsers = oauth.createsUsers
        defaultTeam = oauth.defaultTeam
        usesSSO = oauth.usesSSO
        authStyle = oauth.authStyle
    }

    var oauth: PortainerOAuth {
        PortainerOAuth(
            clientID: clientID ?? "",
            authorizationURI: authorizationURI ?? "",
            accessTokenURI: accessTokenURI ?? "",
            resourceURI: resourceURI ?? "",
            redirectURI: redirectURI ?? "",
            logoutURI: logoutURI ?? "",
            userIdentifier: userIdentifier ?? "",
            scopes: scopes ?? "",
            createsUsers: createsUsers ?? false,
            defaultTeam: defaultTeam ?? 0,
            usesSSO: usesSSO ?? false,
            authStyle: authStyle ?? 0
        )
    }
}

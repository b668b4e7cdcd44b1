/// The settings of Portainer that are the bridge's business; all others are left as they are.
public struct PortainerSettings: Sendable, Equatable {
    public var authenticationMethod: Int
    public var oauth: PortainerOAuth
    /// How long a sign-in lasts; `nil` when Portainer's text is none that is understood.
    public var session: Duration?
    public var snapshotInterval: Duration?
    public var templatesURL: String
    public var enablesEdgeFeatures: Bool

    /// Portainer's number for sign-in by OAuth.
    public static let signInByOAuth = 3

    public init(
        authenticationMethod: Int = PortainerSettings.signInByOAuth,
        oauth: PortainerOAuth,
        session: Duration?,
        snapshotInterval: Duration?,
        templatesURL: String,
        enablesEdgeFeatures: Bool = false
    ) {
        self.authenticationMethod = authenticationMethod
        self.oauth = oauth
        self.session = session
        self.snapshotInterval = snapshotInterval
        self.templatesURL = templatesURL
        self.enablesEdgeFeatures = enablesEdgeFeatures
    }
}

/// Who is asked who somebody is. Portainer replaces the whole of it at once; the secret is written and never read.
public struct PortainerOAuth: Sendable, Equatable {
    public var clientID: String
    /// Opened by browsers. Without a query of its own: Portainer appends one without looking.
    public var authorizationURI: String
    /// Asked by Portainer's server.
    public var accessTokenURI: String
    /// Asked by Portainer's server.
    public var resourceURI: String
    public var redirectURI: String
    public var logoutURI: String
    /// The member of the resource's JSON that is the name.
    public var userIdentifier: String
    public var scopes: String
    public var createsUsers: Bool
    public var defaultTeam: Int
    public var usesSSO: Bool
    /// 2: client id and secret in an HTTP Basic header.
    public var authStyle: Int

    public init(
        clientID: String = "diycloud-bridge",
        authorizationURI: String,
        accessTokenURI: String,
        resourceURI: String,
        redirectURI: String,
        logoutURI: String,
        userIdentifier: String = "username",
        scopes: String = "",
        createsUsers: Bool = false,
        defaultTeam: Int = 0,
        usesSSO: Bool = true,
        authStyle: Int = 2
    ) {
        self.clientID = clientID
        self.authorizationURI = authorizationURI
        self.accessTokenURI = accessTokenURI
        self.resourceURI = resourceURI
        self.redirectURI = redirectURI
        self.logoutURI = logoutURI
        self.userIdentifier = userIdentifier
        self.scopes = scopes
        self.createsUsers = createsUsers
        self.defaultTeam = defaultTeam
        self.usesSSO = usesSSO
        self.authStyle = authStyle
    }
}

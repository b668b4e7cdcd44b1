import HTTPTypes

extension HTTPField.Name {
    static let bridgeService = constant("X-Bridge-Service")
    static let originalURI = constant("X-Original-URI")
    static let proxySecret = constant("X-Bridge-Proxy-Secret")
    static let originalMethod = constant("X-Original-Method")
    static let originalUpgrade = constant("X-Original-Upgrade")
    /// The bearer token that nginx puts on a request to Portainer.
    static let portainerToken = constant("X-Portainer-Token")
    /// The token that Portainer has answered with 401.
    static let portainerRefused = constant("X-Portainer-Refused")
    /// Why there is no token; nginx chooses a page by it.
    static let bridgePortainer = constant("X-Bridge-Portainer")
    static let realIP = constant("X-Real-IP")
    static let forwardedProto = constant("X-Forwarded-Proto")
    static let forwardedHost = constant("X-Forwarded-Host")
    static let secFetchMode = constant("Sec-Fetch-Mode")
    static let secFetchDest = constant("Sec-Fetch-Dest")
    static let secFetchSite = constant("Sec-Fetch-Site")
    static let csrfToken = constant("X-CSRF-Token")
    static let referrerPolicy = constant("Referrer-Policy")
    static let frameOptions = constant("X-Frame-Options")
    static let openerPolicy = constant("Cross-Origin-Opener-Policy")
    static let resourcePolicy = constant("Cross-Origin-Resource-Policy")

    /// - Parameter name: a header name that stands in this file; a wrong one is a fault of the program, not of a request.
    private static func constant(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("\(name) is no header name") }
        return field
    }
}

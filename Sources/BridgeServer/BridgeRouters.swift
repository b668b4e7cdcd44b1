import HostAccounts
import Hummingbird
import Logging
import Pages

/// The two routers: what nginx passes on from browsers, and what services call.
struct BridgeRouters: Sendable {
    let parts: BridgeParts
    let accounts: HostAccounts
    let tokens: ServiceTokens
    /// What nginx must show on the proxy's listener; `nil` on a unix socket.
    let proxySecret: [UInt8]?

    /// Answers what comes through nginx.
    func proxy() -> some HTTPResponder<BridgeRequestContext> { proxyRoutes().responder() }

    /// Answers what services call.
    func services() -> some HTTPResponder<BridgeRequestContext> { serviceRoutes().responder() }

    func proxyRoutes() -> RouteTable {
        var middleware: [any MiddlewareProtocol<Request, Response, BridgeRequestContext>] = [
            SecurityHeadersMiddleware(), ErrorMiddleware(page: ProblemPage.make), ExactPathMiddleware(),
        ]
        if let proxySecret { middleware.append(ProxySecretMiddleware(secret: proxySecret)) }
        var routes = RouteTable(middleware: middleware)

        routes.on(.get, "auth", use: VerifyRoute(parts: parts).callAsFunction)

        let signIn = SignInRoutes(parts: parts, cookies: BridgeCookies(parts.configuration.session))
        routes.on(.get, "login", use: signIn.show)
        routes.on(.post, "login", use: signIn.submit)
        routes.on(.post, "login/answer", use: signIn.submitAnswers)
        routes.on(.post, "logout", use: signIn.signOut)
        routes.on(.get, "login/service/{service}", use: ServiceSignInRoute(parts: parts).callAsFunction)

        routes.on(.get, "", use: PortalRoutes(parts: parts).show)
        routes.on(.get, "people", use: PeoplePageRoute(parts: parts).show)
        let account = AccountRoutes(parts: parts)
        routes.on(.get, "account", use: account.show)
        routes.on(.post, "account/sessions/end", use: account.endSession)
        for file in StaticFile.all {
            routes.on(.get, file.path) { _, _ in StaticRoutes.response(file) }
        }

        let portainer = PortainerRoutes(parts: parts)
        routes.on(.get, "auth/portainer", use: portainer.token)
        routes.on(.post, "portainer/api/auth/logout", use: portainer.signOut)

        let person = PersonRoutes(parts: parts)
        routes.on(.get, "api/v1/me", use: person.me)
        routes.on(.get, "api/v1/me/usage", use: person.usage)
        routes.on(.get, "api/v1/me/running", use: person.running)
        routes.on(.get, "api/v1/me/csrf", use: person.csrf)
        routes.on(.get, "api/v1/services", use: person.services)
        routes.on(.get, "api/v1/me/sessions", use: person.ownSessions)
        routes.on(.delete, "api/v1/me/sessions/{id}", use: person.endOwnSession)
        routes.on(.get, "api/v1/sessions", use: person.allSessions)
        routes.on(.delete, "api/v1/sessions/{id}", use: person.endAnySession)
        let people = PeopleRoutes(parts: parts)
        routes.on(.get, "api/v1/usage", use: people.usage)
        routes.on(.get, "api/v1/people", use: people.list)
        routes.on(.get, "api/v1/people/{name}", use: people.show)
        routes.on(.patch, "api/v1/people/{name}", use: people.change)
        routes.on(.get, "api/v1/people/{name}/sessions", use: people.sessions)
        routes.on(.delete, "api/v1/people/{name}/sessions", use: people.endSessions)
        routes.on(.get, "api/v1/findings", use: FindingRoutes(parts: parts).list)
        routes.on(.get, "openapi.yaml", use: OperatorRoutes(parts: parts).openAPI)
        return routes
    }

    /// What Portainer's server calls.
    static func portainerRoutes(_ desk: PortainerDesk, logger: Logger) -> RouteTable {
        let oauth = OAuthRoutes(desk: desk)
        var routes = RouteTable(middleware: [
            RefusalLimitMiddleware(logger: logger), ErrorMiddleware(page: nil), ExactPathMiddleware(),
        ])
        routes.on(.post, "oauth/token", use: oauth.token)
        routes.on(.get, "oauth/user", use: oauth.user)
        routes.on(.get, "templates.json", use: oauth.templates)
        return routes
    }

    func serviceRoutes() -> RouteTable {
        var routes = RouteTable(middleware: [ErrorMiddleware(page: nil), ExactPathMiddleware()])
        let operators = OperatorRoutes(parts: parts)
        routes.on(.get, "healthz", use: operators.health)
        routes.on(.get, "readyz", use: operators.ready)
        routes.on(.get, "openapi.yaml", use: operators.openAPI)

        let token = ServiceTokenMiddleware(tokens: tokens)
        routes.on(.get, "metrics", behind: token, use: operators.metrics)
        routes.on(.post, "api/v1/authenticate", behind: token, use: AuthenticateRoute(parts: parts).callAsFunction)
        let sessions = SessionRoutes(parts: parts)
        routes.on(.post, "api/v1/sessions/introspect", behind: token, use: sessions.introspect)
        routes.on(.post, "api/v1/sessions/end", behind: token, use: sessions.end)
        routes.on(.get, "api/v1/revocations", behind: token, use: sessions.revocations)
        let users = UserRoutes(parts: parts, accounts: accounts)
        routes.on(.get, "api/v1/users/{name}", behind: token, use: users.show)
        routes.on(.get, "api/v1/users/{name}/usage", behind: token, use: users.usage)
        routes.on(.get, "api/v1/users/{name}/spawn", behind: token, use: users.spawn)
        routes.on(.post, "api/v1/users/{name}/events", behind: token, use: users.event)
        return routes
    }
}

import HostAccounts
import Hummingbird
import Pages

/// The two routers: what nginx passes on from browsers, and what services call.
struct BridgeRouters: Sendable {
    let parts: BridgeParts
    let accounts: HostAccounts
    let tokens: ServiceTokens
    /// What nginx must show on the proxy's listener; `nil` on a unix socket.
    let proxySecret: [UInt8]?

    /// Answers what comes through nginx.
    func proxy() -> some HTTPResponder<BridgeRequestContext> {
        let router = Router(context: BridgeRequestContext.self)
        router.add(middleware: SecurityHeadersMiddleware())
        router.add(middleware: ErrorMiddleware(page: ProblemPage.make))
        if let proxySecret { router.add(middleware: ProxySecretMiddleware(secret: proxySecret)) }

        let verify = VerifyRoute(parts: parts)
        router.get("auth", use: verify.callAsFunction)
        router.head("auth", use: verify.callAsFunction)

        let signIn = SignInRoutes(parts: parts, cookies: BridgeCookies(parts.configuration.session))
        router.get("login", use: signIn.show)
        router.post("login", use: signIn.submit)
        router.post("login/answer", use: signIn.submitAnswers)
        router.post("logout", use: signIn.signOut)
        router.get("login/service/{service}", use: ServiceSignInRoute(parts: parts).callAsFunction)

        let account = AccountRoutes(parts: parts)
        router.get("account", use: account.show)
        router.post("account/sessions/end", use: account.endSession)
        for file in StaticFile.all {
            router.get(RouterPath(file.path)) { _, _ in StaticRoutes.response(file) }
        }

        let person = PersonRoutes(parts: parts)
        router.get("api/v1/me", use: person.me)
        router.get("api/v1/services", use: person.services)
        router.get("api/v1/me/sessions", use: person.ownSessions)
        router.delete("api/v1/me/sessions/{id}", use: person.endOwnSession)
        router.get("api/v1/sessions", use: person.allSessions)
        router.delete("api/v1/sessions/{id}", use: person.endAnySession)
        router.get("openapi.yaml", use: OperatorRoutes(parts: parts).openAPI)
        return router.buildResponder()
    }

    /// Answers what services call.
    func services() -> some HTTPResponder<BridgeRequestContext> {
        let router = Router(context: BridgeRequestContext.self)
        router.add(middleware: ErrorMiddleware(page: nil))
        let operators = OperatorRoutes(parts: parts)
        router.get("healthz", use: operators.health)
        router.get("readyz", use: operators.ready)
        router.get("openapi.yaml", use: operators.openAPI)

        let known = router.group().add(middleware: ServiceTokenMiddleware(tokens: tokens))
        known.get("metrics", use: operators.metrics)
        known.post("api/v1/authenticate", use: AuthenticateRoute(parts: parts).callAsFunction)
        let sessions = SessionRoutes(parts: parts)
        known.post("api/v1/sessions/introspect", use: sessions.introspect)
        known.post("api/v1/sessions/end", use: sessions.end)
        known.get("api/v1/revocations", use: sessions.revocations)
        let users = UserRoutes(parts: parts, accounts: accounts)
        known.get("api/v1/users/{name}", use: users.show)
        known.get("api/v1/users/{name}/spawn", use: users.spawn)
        known.post("api/v1/users/{name}/events", use: users.event)
        return router.buildResponder()
    }
}

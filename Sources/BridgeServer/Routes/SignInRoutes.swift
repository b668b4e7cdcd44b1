import Audit
import HTTPTypes
import Hummingbird
import Identity
import PAMProtocol
import Pages
import Sessions
import SignIn
import UserStore

/// The sign-in page and what follows it: `/login`, `/login/answer`, `/logout`.
struct SignInRoutes: Sendable {
    let parts: BridgeParts
    let cookies: BridgeCookies

    /// What the sign-in forms' tokens are made for.
    private static let form = "login"

    // MARK: Showing the form

    func show(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let browser = try navigation(request)
        let address = returnAddress(request.uri.queryParameters[values: "rd"].map(String.init), browser)
        if (try? await SignedInBrowser(request, parts: parts)) != nil { return Response.seeOther(address.location) }
        if request.uri.queryParameters["signed_out"] != nil {
            return Response.page(SignedOutPage().html())
        }
        return form(request, address: address)
    }

    /// The form, with a cookie that ties it to this browser.
    private func form(
        _ request: Request,
        address: ReturnAddress,
        error: String? = nil,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        let known = cookies.signInValue(in: request)
        let cookie = known ?? SessionToken.random().cookieValue
        let page = SignInPage(
            returnTo: address.location,
            csrf: CSRFToken.make(form: Self.form, binding: .beforeSignIn(cookie: cookie), key: parts.serverKey),
            error: error
        )
        var response = Response.page(page.html(), status: status)
        if known == nil { response.headers.append(.init(name: .setCookie, value: cookies.setSignIn(cookie))) }
        return response
    }

    // MARK: Name and password

    func submit(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let fields = try await FormFields(reading: request)
        let browser = BrowserRequest(request)
        let address = returnAddress(fields.all("rd"), browser)
        guard let binding = ownForm(request, browser, token: fields["csrf"]) else {
            return form(request, address: address, error: reasonAgainst(request), status: .forbidden)
        }
        let step = await parts.signIn.begin(
            SignInAttempt(
                typedName: fields["username"] ?? "",
                password: fields["password"] ?? "",
                client: browser.client ?? .local,
                binding: binding
            )
        )
        return try await answer(step, request: request, browser: browser, address: address)
    }

    // MARK: Further questions

    func submitAnswers(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        let fields = try await FormFields(reading: request)
        let browser = BrowserRequest(request)
        let address = returnAddress(fields.all("rd"), browser)
        guard let binding = ownForm(request, browser, token: fields["csrf"]), let id = fields["conversation"] else {
            return form(request, address: address, error: reasonAgainst(request), status: .forbidden)
        }
        let step = await parts.signIn.answer(conversation: id, answers: fields.all("answer"), binding: binding)
        guard let step else {
            return form(request, address: address, error: SignInSentence.conversationGone, status: .gone)
        }
        return try await answer(step, request: request, browser: browser, address: address)
    }

    private func answer(_ step: SignInStep, request: Request, browser: BrowserRequest, address: ReturnAddress)
        async throws -> Response
    {
        parts.metrics.count(step)
        switch step {
        case .accepted(let signedIn):
            return try await open(signedIn, request: request, browser: browser, address: address)
        case .challenge(let challenge):
            return challengePage(challenge, request: request, address: address)
        case .refused:
            return form(request, address: address, error: SignInSentence.refused, status: .unauthorized)
        case .unavailable(let seconds):
            var response = form(
                request,
                address: address,
                error: SignInSentence.unavailable,
                status: .serviceUnavailable
            )
            response.headers[.retryAfter] = String(seconds)
            return response
        }
    }

    private func challengePage(_ challenge: SignInChallenge, request: Request, address: ReturnAddress) -> Response {
        guard let cookie = cookies.signInValue(in: request) else {
            return form(request, address: address, error: SignInSentence.crossSite, status: .forbidden)
        }
        let page = ChallengePage(
            username: "",
            conversation: challenge.conversation,
            purpose: challenge.purpose == .newPassword ? .newPassword : .authentication,
            messages: challenge.questions.compactMap { question in
                switch question.kind {
                case .info: .information(question.text)
                case .error: .error(question.text)
                case .hidden, .visible: nil
                }
            },
            fields: challenge.questions.filter(\.wantsAnswer).map {
                ChallengePage.Field(prompt: $0.text, isVisible: $0.kind == .visible)
            },
            returnTo: address.location,
            csrf: CSRFToken.make(form: Self.form, binding: .beforeSignIn(cookie: cookie), key: parts.serverKey),
            expiresIn: challenge.expiresIn
        )
        return Response.page(page.html())
    }

    /// Gives the browser a session: always a new token, never one that it brought (session fixation).
    private func open(_ signedIn: SignedIn, request: Request, browser: BrowserRequest, address: ReturnAddress)
        async throws -> Response
    {
        if let previous = try? await SignedInBrowser(request, parts: parts) {
            try await parts.register.end(id: previous.session.id, reason: .replaced, now: .now)
        }
        let opened: (token: SessionToken, session: ActiveSession)
        do {
            opened = try await parts.register.open(
                principal: signedIn.principal,
                client: browser.client ?? .local,
                userAgent: browser.userAgent,
                linuxAccount: signedIn.linuxAccount,
                now: .now
            )
        } catch SessionError.endedMeanwhile {
            return form(request, address: address, error: SignInSentence.refused, status: .unauthorized)
        }
        let (token, session) = opened
        // The store may have changed while the session was being written.
        guard let record = try? parts.store.current().users[session.principal.name], record.isActive,
            record.role == session.principal.role
        else {
            try await parts.register.end(id: session.id, reason: .disabled, now: .now)
            return form(request, address: address, error: SignInSentence.refused, status: .unauthorized)
        }
        parts.record(.signIn, outcome: .success, session: session)
        var response = signedIn.notices.isEmpty ? .seeOther(address.location) : messages(signedIn.notices, address)
        response.headers.append(.init(name: .setCookie, value: cookies.setSession(token)))
        response.headers.append(.init(name: .setCookie, value: cookies.clearSignIn()))
        return response
    }

    /// What PAM had to say beside yes ("your password will expire in 2 days"), before the browser goes on.
    private func messages(_ texts: [String], _ address: ReturnAddress) -> Response {
        let page = NoticePage(
            status: 200,
            title: "You are signed in",
            sentence: texts.joined(separator: " "),
            link: PageLink(href: address.location, label: "Continue")
        )
        return Response.page(page.html())
    }

    // MARK: Signing out

    func signOut(_ request: Request, context: BridgeRequestContext) async throws -> Response {
        var response = Response.seeOther("/login?signed_out=1")
        guard let person = await SignedInBrowser(leaving: request, parts: parts) else {
            // A form of another site comes without the SameSite cookie, which must not make the browser forget it.
            if BrowserRequest(request).isSameOriginForm { forget(&response) }
            return response
        }
        let fields = try await FormFields(reading: request)
        try person.requireOwnForm(token: fields["csrf"], parts.serverKey)
        try await parts.register.end(id: person.session.id, reason: .signedOut, now: .now)
        parts.record(.signOut, session: person.session)
        forget(&response)
        return response
    }

    private func forget(_ response: inout Response) {
        response.headers.append(.init(name: .setCookie, value: cookies.clearSession()))
    }

    // MARK: Checks

    private func navigation(_ request: Request) throws -> BrowserRequest {
        let browser = BrowserRequest(request)
        try browser.requireNavigation()
        return browser
    }

    /// What ties a conversation to this browser, if the form is one that we made for it.
    private func ownForm(_ request: Request, _ browser: BrowserRequest, token: String?) -> String? {
        guard browser.isSameOriginForm, let token, let cookie = cookies.signInValue(in: request),
            CSRFToken.isValid(token, form: Self.form, binding: .beforeSignIn(cookie: cookie), key: parts.serverKey)
        else { return nil }
        return "browser:\(cookie)"
    }

    /// Why a form is not one of ours, for the person who sent it.
    private func reasonAgainst(_ request: Request) -> String {
        cookies.signInValue(in: request) == nil ? SignInSentence.noCookie : SignInSentence.crossSite
    }

    private func returnAddress(_ values: [String], _ browser: BrowserRequest) -> ReturnAddress {
        ReturnAddress(values.count == 1 ? values[0] : nil, origin: parts.configuration.public.url ?? browser.origin)
    }
}

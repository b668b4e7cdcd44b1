import Foundation

/// JupyterHub's REST API, as far as `sync-users` uses it.
///
/// Every call has a time limit and is sent once more when its connection was lost. The token is not enough to give anybody
/// anything: ``settle(_:progress:)`` makes the hub ask the bridge, it does not tell it.
public struct JupyterHubClient: Sendable {
    let transport: HubTransport
    let configuration: Configuration

    /// What the token has to be good for, as `jupyterhub_config.py` grants it to the service `diycloud-sync`.
    public static let requiredScopes = [
        "custom:diycloud:settle", "delete:servers", "list:users", "read:servers", "read:users",
    ]

    /// Reads the token. Nothing is sent yet.
    /// - Throws: ``HubError/notConfigured(_:)``.
    public init(_ configuration: Configuration) throws(HubError) {
        self.configuration = configuration
        transport = HubTransport(
            address: try HubAddress(configuration.api),
            token: try HubToken(file: configuration.tokenFile),
            timeLimit: configuration.timeLimit,
            connections: Self.callsAtOnce
        )
    }

    static let callsAtOnce = 8

    /// Closes the connections. To be called once, last: a client that is dropped without it ends a debug build.
    public func shutdown() async { await transport.shutdown() }

    /// The hub's version, such as `6.1.1`. Does not show the token.
    public func version() async throws(HubError) -> String {
        let answer = try await transport.send(HubCall(path: [], authorized: false))
        guard answer.status == 200 else { throw unexpected(answer) }
        return try decode(VersionDocument.self, answer).version.oneLine
    }

    /// Looks whether the token may do all that the other calls need.
    /// - Throws: ``HubError/tokenRefused(file:)``, ``HubError/missingScopes(file:scopes:)``.
    public func checkToken() async throws(HubError) {
        let answer = try await transport.send(HubCall(path: ["user"]))
        guard answer.status != 403 else { throw .tokenRefused(file: configuration.tokenFile) }
        guard answer.status == 200 else { throw unexpected(answer) }
        let granted = Set(try decode(TokenDocument.self, answer).scopes)
        let missing = Self.requiredScopes.filter { !granted.contains($0) }
        guard missing.isEmpty else { throw .missingScopes(file: configuration.tokenFile, scopes: missing) }
    }

    /// One person; `nil` when the hub does not know the name.
    public func user(_ name: String) async throws(HubError) -> HubUser? {
        let answer = try await ask(HubCall(path: ["users", name]))
        if answer.status == 404 { return nil }
        guard answer.status == 200 else { throw unexpected(answer) }
        return try await complete(try decode(UserDocument.self, answer), answer)
    }

    // MARK: - What the parts of this type share

    /// Sends a call; a 403 is told apart: unknown token, or which scopes it lacks.
    func ask(_ call: HubCall) async throws(HubError) -> HubAnswer {
        let answer = try await transport.send(call)
        if answer.status == 403 {
            try await checkToken()
            throw unexpected(answer)
        }
        return answer
    }

    /// The hub leaves out what a token may not see.
    func complete(_ document: UserDocument, _ answer: HubAnswer) async throws(HubError) -> HubUser {
        if let user = document.user { return user }
        try await checkToken()
        throw .garbled(call: answer.call, reason: "it says too little about \(document.name.oneLine)")
    }

    func decode<Document: Decodable>(_: Document.Type, _ answer: HubAnswer) throws(HubError) -> Document {
        do {
            return try JSONDecoder().decode(Document.self, from: Data(answer.body))
        } catch {
            throw .garbled(call: answer.call, reason: "it is not the JSON that the hub's API answers with")
        }
    }

    func unexpected(_ answer: HubAnswer) -> HubError {
        let words = try? JSONDecoder().decode(ProblemDocument.self, from: Data(answer.body)).message
        let message = (words ?? "").replacing(transport.token.secret, with: "…").oneLine
        return .unexpected(call: answer.call, status: answer.status, message: message)
    }
}

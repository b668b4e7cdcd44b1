/// Portainer's REST API, as far as `sync-users` uses it. Written from Portainer CE 2.23 and 2.43; both generations are understood.
///
/// Calls are made with the access token of the first administrator (`X-API-KEY`). Where the file holds none that Portainer knows,
/// they are made signed in with that account's password, until ``makeKey()`` has made a new one.
public struct PortainerClient: Sendable {
    let transport: PortainerTransport
    let session: PortainerSession
    let configuration: Configuration
    let failures = CreationFailures()

    /// By what our access tokens are told from others of the same account.
    public static let keyDescription = "diycloud-bridge"

    /// The oldest version whose API is the one spoken here.
    public static let minimumVersion = PortainerVersion(2, 20)

    /// Nothing is read or sent yet.
    /// - Throws: ``PortainerError/notConfigured(_:)``.
    public init(_ configuration: Configuration) throws(PortainerError) {
        self.configuration = configuration
        transport = PortainerTransport(
            address: try PortainerAddress(configuration.url),
            timeLimit: configuration.timeLimit
        )
        session = PortainerSession(
            transport: transport,
            keyFile: configuration.keyFile,
            passwordFile: configuration.passwordFile
        )
    }

    /// Closes the connections. To be called once, last: a client that is dropped without it ends a debug build.
    public func shutdown() async { await transport.shutdown() }

    /// What Portainer says of itself to anybody. One that hangs is given up soon: whoever is switched off must not wait for it.
    /// - Throws: ``PortainerError/setupTimedOut(address:)`` and ``PortainerError/tooOld(version:minimum:)`` besides.
    public func status() async throws(PortainerError) -> PortainerStatus {
        var call = PortainerCall.get("/system/status")
        call.timeLimit = min(configuration.timeLimit, .seconds(10))
        var answer = try await transport.send(call, as: nil)
        if answer.status == 303 { throw .setupTimedOut(address: transport.address.base) }
        // The older address of the same; newer ones may drop it, older ones lack the other.
        if answer.status == 404 { answer = try await transport.send(.get("/status"), as: nil) }
        guard answer.isSuccess else { throw answer.unexpected() }
        let document = try answer.decoded(StatusDocument.self)
        guard let version = PortainerVersion(document.version) else {
            throw .garbled(call: answer.call, reason: "its version is `\(document.version.oneLine)`")
        }
        guard version >= Self.minimumVersion else {
            throw .tooOld(version: "\(version)", minimum: "\(Self.minimumVersion)")
        }
        return PortainerStatus(version: version, instance: document.instance)
    }

    private struct StatusDocument: Decodable {
        let version: String
        let instance: String

        enum CodingKeys: String, CodingKey {
            case version = "Version"
            case instance = "InstanceID"
        }
    }

    // MARK: - What the parts of this type share

    /// Sends a call, and once more as somebody whom Portainer knows when it does not know who asked: a key that was deleted, or
    /// a token from before its restart. It looks at that before it looks at anything else.
    /// - Throws: what is no success, but for the statuses in `allowing`.
    func ask(_ call: PortainerCall, allowing: Set<Int> = []) async throws(PortainerError) -> PortainerAnswer {
        var credential = try await session.credential()
        var answer = try await transport.send(call, as: credential)
        if answer.status == 401 {
            await session.refused(credential)
            credential = try await session.credential()
            answer = try await transport.send(call, as: credential)
        }
        if answer.status == 303 { throw .setupTimedOut(address: transport.address.base) }
        if answer.status == 401 { throw .notSignedIn(call: answer.call) }
        guard answer.isSuccess || allowing.contains(answer.status) else { throw answer.unexpected() }
        return answer
    }

    /// Asks for a list, and sees to it that it is the whole of it.
    func list<Document: Decodable>(_ path: String, of: Document.Type) async throws(PortainerError) -> [Document] {
        let answer = try await ask(.get(path))
        // Go writes an empty list that was never made as null.
        let documents = try answer.decoded([Document]?.self) ?? []
        if let total = answer.total, total > documents.count {
            throw .garbled(call: answer.call, reason: "it holds \(documents.count) of \(total)")
        }
        return documents
    }
}

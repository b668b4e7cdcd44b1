import NIOHTTP1

/// Whether the key of the file opens Portainer.
public enum KeyStanding: Sendable, Equatable {
    /// It does, for an administrator. `leftovers` are older keys of ours that nobody uses any more.
    case works(leftovers: [PortainerKey])
    /// There is no key file yet.
    case missing
    /// Portainer does not know it, or it is no administrator's.
    case refused
}

extension PortainerClient {
    /// Reads the key file and tries it. Signs nobody in.
    public func keyStanding() async throws(PortainerError) -> KeyStanding {
        guard let key = try await session.readKey() else { return .missing }
        let answer = try await transport.send(.get("/users/me"), as: .key(key))
        switch answer.status {
        case 401, 403:
            await session.refused(.key(key))
            return .refused
        case 303: throw .setupTimedOut(address: transport.address.base)
        case 200: break
        default: throw answer.unexpected(hiding: [key])
        }
        let me = try answer.decoded(UserDocument.self).user
        guard me.isAdmin else {
            await session.refused(.key(key))
            return .refused
        }
        await session.use(key)
        let ours = try await keys(of: me.id).filter { $0.description == Self.keyDescription }
        return .works(leftovers: ours.filter { !key.text.hasPrefix($0.prefix) })
    }

    /// The access tokens of a user.
    public func keys(of user: Int) async throws(PortainerError) -> [PortainerKey] {
        try await list("/users/\(user)/tokens", of: KeyDocument.self).map(\.key)
    }

    /// Deletes an access token; one that is gone already is no error.
    public func deleteKey(_ key: Int, of user: Int) async throws(PortainerError) {
        _ = try await ask(PortainerCall(method: .DELETE, path: "/users/\(user)/tokens/\(key)"), allowing: [404])
    }

    /// Makes an access token of the first administrator, writes it to the key file, and deletes those that it replaces.
    ///
    /// In this order: a run that is killed in between leaves one too many, which ``keyStanding()`` tells of, and never none.
    public func makeKey() async throws(PortainerError) {
        let file = try SecretDirectory(of: configuration.keyFile)
        let token = try await session.signedIn()
        let password = try await session.password()
        let administrator = PortainerUser.firstAdministrator
        let path = "/users/\(administrator)/tokens"
        let draft = KeyDraft(password: password.text, description: Self.keyDescription)
        let answer = try await transport.send(try .send(.POST, path, draft), as: .token(token))
        if answer.status == 401 {
            await session.refused(.token(token))
            throw .notSignedIn(call: answer.call)
        }
        if answer.status == 403, answer.message.hasPrefix("Access denied") {
            throw .banned(address: transport.address.base)
        }
        guard answer.isSuccess else { throw answer.unexpected(hiding: [token, password]) }
        let made = try answer.decoded(NewKeyDocument.self)
        try file.replace(with: Array((made.rawAPIKey + "\n").utf8))
        await session.use(PortainerSecret(made.rawAPIKey))
        for old in try await keys(of: administrator)
        where old.description == Self.keyDescription && old.id != made.apiKey.id {
            try await deleteKey(old.id, of: administrator)
        }
    }

    private struct KeyDraft: Encodable {
        let password: String
        let description: String
    }

    private struct NewKeyDocument: Decodable {
        let rawAPIKey: String
        let apiKey: KeyDocument
    }

    struct KeyDocument: Decodable {
        let id: Int
        let description: String?
        let prefix: String?

        /// A key without a prefix matches every secret and is left alone.
        var key: PortainerKey { PortainerKey(id: id, description: description ?? "", prefix: prefix ?? "") }
    }
}

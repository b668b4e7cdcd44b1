/// As whom calls are made: by the key of the file, or, when there is none that Portainer knows, signed in with the first
/// administrator's password.
///
/// Sign-ins are few on purpose: Portainer bans an address for an hour after more than ten in a few seconds. A token is kept until
/// Portainer refuses it, and a password that was refused is not tried again before the file holds another or ten minutes are over.
actor PortainerSession {
    private let transport: PortainerTransport
    private let keyFile: String
    private let passwordFile: String
    private var key: PortainerSecret?
    private var refusedKey: PortainerSecret?
    private var token: PortainerSecret?
    private var refusal: (password: PortainerSecret, at: ContinuousClock.Instant)?
    /// Of the last minute.
    private var signIns: [ContinuousClock.Instant] = []

    private static let patience = Duration.seconds(600)
    private static let signInsInAMinute = 4

    init(transport: PortainerTransport, keyFile: String, passwordFile: String) {
        self.transport = transport
        self.keyFile = keyFile
        self.passwordFile = passwordFile
    }

    /// Reads the key file again; whoever wrote it meanwhile is believed.
    func readKey() throws(PortainerError) -> PortainerSecret? {
        let remedy = "remove it, and sync-users makes a new one"
        key = try PortainerSecret.read(keyFile, remedy: remedy)
        return key
    }

    /// Takes a new key into use.
    func use(_ key: PortainerSecret) {
        self.key = key
        refusedKey = nil
    }

    func credential() async throws(PortainerError) -> PortainerTransport.Credential {
        if key == nil { _ = try readKey() }
        if let key, key != refusedKey { return .key(key) }
        return .token(try await signedIn())
    }

    /// Notes that Portainer does not know a credential.
    func refused(_ credential: PortainerTransport.Credential) {
        switch credential {
        case .key(let key): refusedKey = key
        case .token(let old): if token == old { token = nil }
        }
    }

    /// The first administrator's password.
    /// - Throws: ``PortainerError/file(_:)``.
    func password() throws(PortainerError) -> PortainerSecret {
        let remedy =
            "it holds the password of Portainer's first administrator (portainer.admin_password_file): "
            + "(umask 077 && openssl rand -hex 24 > \(passwordFile)), and start Portainer for the first time with it"
        guard let password = try PortainerSecret.read(passwordFile, remedy: remedy) else {
            throw .file("\(passwordFile) is not there: \(remedy)")
        }
        return password
    }

    /// A token of the first administrator.
    func signedIn() async throws(PortainerError) -> PortainerSecret {
        if let token { return token }
        let password = try password()
        let now = ContinuousClock.now
        if let refusal, refusal.password == password, now - refusal.at < Self.patience {
            throw .passwordRefused(file: passwordFile, keyFile: keyFile)
        }
        signIns.removeAll { now - $0 > .seconds(60) }
        guard signIns.count < Self.signInsInAMinute else {
            throw .unreachable(
                address: transport.address.base,
                reason: "too many sign-ins in a minute; a minute later again"
            )
        }
        signIns.append(now)
        let token = try await signIn(password)
        self.token = token
        return token
    }

    private struct Credentials: Encodable {
        let username = "admin"
        let password: String

        enum CodingKeys: String, CodingKey {
            case username = "Username"
            case password = "Password"
        }
    }

    private struct Token: Decodable { let jwt: String }

    private func signIn(_ password: PortainerSecret) async throws(PortainerError) -> PortainerSecret {
        try await checkSetup()
        var call = try PortainerCall.send(.POST, "/auth", Credentials(password: password.text))
        call.authorized = false
        let answer = try await transport.send(call, as: nil)
        switch answer.status {
        case 422, 401:
            refusal = (password, .now)
            throw .passwordRefused(file: passwordFile, keyFile: keyFile)
        case 403: throw .banned(address: transport.address.base)
        case 200..<300: return PortainerSecret(try answer.decoded(Token.self).jwt)
        default: throw answer.unexpected(hiding: [password])
        }
    }

    /// Whether there is an administrator at all; a wrong password would be the same answer.
    private func checkSetup() async throws(PortainerError) {
        let answer = try await transport.send(.get("/users/admin/check"), as: nil)
        if answer.status == 303 { throw .setupTimedOut(address: transport.address.base) }
        if answer.status == 404 {
            throw .noAdministrator(address: transport.address.base, passwordFile: passwordFile)
        }
    }
}

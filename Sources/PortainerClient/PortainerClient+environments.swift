import NIOHTTP1

extension PortainerClient {
    /// Every environment.
    public func environments() async throws(PortainerError) -> [PortainerEnvironment] {
        try await list("/endpoints?excludeSnapshots=true", of: EnvironmentDocument.self).map(\.environment)
    }

    /// The groups of environments; none when this version has no such list.
    public func groups() async throws(PortainerError) -> [PortainerGroup] {
        let answer = try await ask(.get("/endpoint_groups"), allowing: [404, 405])
        guard answer.isSuccess else { return [] }
        return (try answer.decoded([GroupDocument]?.self) ?? []).map(\.group)
    }

    /// Makes an environment over mutual TLS, which nobody but administrators may enter yet. Portainer looks at it first and stores
    /// it only when Docker answers; when it does not, the files of the certificate and an id are used up all the same, and for
    /// ``Configuration/creationPause`` this one is not tried again.
    /// - Parameter publicHost: the host name shown for published ports; empty for that of `url`.
    /// - Throws: ``PortainerError/environmentUnreachable(name:url:message:)``, ``PortainerError/pausing(name:seconds:)``.
    public func createEnvironment(
        _ name: String,
        url: String,
        publicHost: String,
        certificate: ClientCertificate
    ) async throws(PortainerError) -> PortainerEnvironment {
        if let rest = failures.rest(of: configuration.creationPause, for: name) {
            throw .pausing(name: name, seconds: Int(rest.components.seconds) + 1)
        }
        var form = MultipartForm()
        form.add("Name", name)
        form.add("EndpointCreationType", "1")
        form.add("URL", url)
        if !publicHost.isEmpty { form.add("PublicURL", publicHost) }
        form.add("TLS", "true")
        form.add("TLSSkipVerify", "false")
        form.add("TLSSkipClientVerify", "false")
        form.add("TLSCACertFile", file: "ca.pem", certificate.authority)
        form.add("TLSCertFile", file: "cert.pem", certificate.certificate)
        form.add("TLSKeyFile", file: "key.pem", certificate.key)
        var call = PortainerCall(method: .POST, path: "/endpoints", body: .form(form))
        call.timeLimit = configuration.creationLimit
        let answer = try await ask(call, allowing: [500])
        guard answer.isSuccess else {
            failures.note(name, failed: true)
            throw .environmentUnreachable(name: name, url: url, message: answer.message)
        }
        failures.note(name, failed: false)
        return try answer.decoded(EnvironmentDocument.self).environment
    }

    /// Sets switches; those not named stay.
    public func set(_ switches: [EnvironmentSwitch: Bool], of environment: Int) async throws(PortainerError) {
        let draft = Dictionary(uniqueKeysWithValues: switches.map { ($0.rawValue, $1) })
        _ = try await ask(try .send(.PUT, "/endpoints/\(environment)/settings", draft))
    }

    /// Says who may enter, and nobody else: both lists are replaced.
    public func setAccess(users: Set<Int>, of environment: Int) async throws(PortainerError) {
        let draft = AccessDraft(users: users)
        _ = try await ask(try .send(.PUT, "/endpoints/\(environment)", draft))
    }

    /// Sets the address, and that both sides show certificates.
    /// - Parameter publicHost: `nil` leaves it.
    public func setAddress(
        _ url: String,
        publicHost: String?,
        of environment: Int
    ) async throws(PortainerError) {
        let draft = AddressDraft(url: url, publicHost: publicHost)
        _ = try await ask(try .send(.PUT, "/endpoints/\(environment)", draft))
    }

    /// Puts other certificate files in place of an environment's. Connections that stand go on with the old ones.
    public func setCertificate(
        _ certificate: ClientCertificate,
        of environment: Int
    ) async throws(PortainerError) {
        let files = [("ca", certificate.authority), ("cert", certificate.certificate), ("key", certificate.key)]
        for (kind, content) in files {
            var form = MultipartForm()
            form.add("folder", "\(environment)")
            form.add("file", file: "\(kind).pem", content)
            _ = try await ask(PortainerCall(method: .POST, path: "/upload/tls/\(kind)", body: .form(form)))
        }
        // Only with this are they read.
        _ = try await ask(try .send(.PUT, "/endpoints/\(environment)", AddressDraft(url: nil, publicHost: nil)))
    }

    /// Lets Portainer look at an environment. That it answers says nothing: look whether the environment is still down.
    public func takeSnapshot(of environment: Int) async throws(PortainerError) {
        var call = PortainerCall(method: .POST, path: "/endpoints/\(environment)/snapshot")
        call.timeLimit = configuration.creationLimit
        _ = try await ask(call)
    }

    /// Removes an environment; one that is gone already is no error.
    public func deleteEnvironment(_ environment: Int) async throws(PortainerError) {
        _ = try await ask(PortainerCall(method: .DELETE, path: "/endpoints/\(environment)"), allowing: [404])
    }
}

private struct Role: Codable {
    /// The Community Edition looks only at whether the entry is there.
    var id: Int? = 0

    enum CodingKeys: String, CodingKey { case id = "RoleId" }
}

private struct AccessDraft: Encodable {
    let users: [String: Role]
    let teams: [String: Role] = [:]

    init(users: Set<Int>) { self.users = Dictionary(uniqueKeysWithValues: users.map { ("\($0)", Role()) }) }

    enum CodingKeys: String, CodingKey {
        case users = "UserAccessPolicies"
        case teams = "TeamAccessPolicies"
    }
}

private struct AddressDraft: Encodable {
    let url: String?
    let publicHost: String?
    let tls = true
    let skipsVerification = false
    let skipsClientVerification = false

    enum CodingKeys: String, CodingKey {
        case url = "URL"
        case publicHost = "PublicURL"
        case tls = "TLS"
        case skipsVerification = "TLSSkipVerify"
        case skipsClientVerification = "TLSSkipClientVerify"
    }
}

private struct GroupDocument: Decodable {
    let id: Int
    let name: String?
    let users: [String: Role]?
    let teams: [String: Role]?

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case name = "Name"
        case users = "UserAccessPolicies"
        case teams = "TeamAccessPolicies"
    }

    var group: PortainerGroup {
        PortainerGroup(
            id: id,
            name: name ?? "",
            users: Set((users ?? [:]).keys.compactMap { Int($0) }),
            teams: Set((teams ?? [:]).keys.compactMap { Int($0) })
        )
    }
}

private struct EnvironmentDocument: Decodable {
    let id: Int
    let name: String
    let type: Int
    let url: String?
    let publicHost: String?
    let group: Int?
    let tls: TLSDocument?
    let status: Int?
    let users: [String: Role]?
    let teams: [String: Role]?
    let switches: [String: Bool?]?

    struct TLSDocument: Decodable {
        let uses: Bool?
        let skipsVerification: Bool?

        enum CodingKeys: String, CodingKey {
            case uses = "TLS"
            case skipsVerification = "TLSSkipVerify"
        }
    }

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case name = "Name"
        case type = "Type"
        case url = "URL"
        case publicHost = "PublicURL"
        case group = "GroupId"
        case tls = "TLSConfig"
        case status = "Status"
        case users = "UserAccessPolicies"
        case teams = "TeamAccessPolicies"
        case switches = "SecuritySettings"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(Int.self, forKey: .id)
        name = try values.decode(String.self, forKey: .name)
        type = try values.decode(Int.self, forKey: .type)
        url = try values.decodeIfPresent(String.self, forKey: .url)
        publicHost = try values.decodeIfPresent(String.self, forKey: .publicHost)
        group = try values.decodeIfPresent(Int.self, forKey: .group)
        tls = try values.decodeIfPresent(TLSDocument.self, forKey: .tls)
        status = try values.decodeIfPresent(Int.self, forKey: .status)
        users = try values.decodeIfPresent([String: Role].self, forKey: .users)
        teams = try values.decodeIfPresent([String: Role].self, forKey: .teams)
        // A switch of a later version may be something else than yes or no.
        switches = try values.decodeIfPresent([String: Lenient].self, forKey: .switches)?.mapValues(\.value)
    }

    private struct Lenient: Decodable {
        let value: Bool?

        init(from decoder: any Decoder) throws { value = try? decoder.singleValueContainer().decode(Bool.self) }
    }

    var environment: PortainerEnvironment {
        var known: [EnvironmentSwitch: Bool] = [:]
        for (name, value) in switches ?? [:] {
            if let value, let name = EnvironmentSwitch(rawValue: name) { known[name] = value }
        }
        return PortainerEnvironment(
            id: id,
            name: name,
            type: type,
            url: url ?? "",
            publicHost: publicHost ?? "",
            group: group ?? 1,
            usesTLS: tls?.uses ?? false,
            skipsVerification: tls?.skipsVerification ?? false,
            isDown: status == 2,
            users: Set((users ?? [:]).keys.compactMap { Int($0) }),
            teams: Set((teams ?? [:]).keys.compactMap { Int($0) }),
            switches: known
        )
    }
}

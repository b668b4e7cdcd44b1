import Foundation

/// A page of `GET /users` (JupyterHub's `paginated_model`).
struct UserPage: Decodable {
    let items: [UserDocument]
    let pagination: Pagination

    struct Pagination: Decodable {
        let next: Next?
    }

    struct Next: Decodable {
        let offset: Int
    }

    enum CodingKeys: String, CodingKey {
        case items
        case pagination = "_pagination"
    }
}

/// A person as the hub describes them (`user_model`): what the token may not see is not there.
struct UserDocument: Decodable {
    let name: String
    let admin: Bool?
    let groups: [String]?
    let servers: [String: ServerDocument]?
    let lastActivity: String?

    enum CodingKeys: String, CodingKey {
        case name, admin, groups, servers
        case lastActivity = "last_activity"
    }

    /// `nil` when the token could not see all of it.
    var user: HubUser? {
        guard let admin, let groups, let servers else { return nil }
        return HubUser(
            name: name,
            admin: admin,
            groups: Set(groups),
            servers: servers.map { HubServer(name: $0, ready: $1.ready, pending: $1.change) }
                .sorted { $0.name < $1.name },
            lastActivity: lastActivity.flatMap(Self.date)
        )
    }

    private static func date(_ text: String) -> Date? {
        (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
            ?? (try? Date.ISO8601FormatStyle().parse(text))
    }
}

/// A server as the hub describes it (`server_model`).
struct ServerDocument: Decodable {
    let ready: Bool
    let pending: String?

    var change: HubServer.Pending? { pending.flatMap(HubServer.Pending.init) }
}

/// The answer of `POST /diycloud/settle`.
struct SettlementDocument: Decodable {
    let users: [Standing]

    struct Standing: Decodable {
        let name: String
        let active: Bool
        let admin: Bool
        let groups: [String]
        let created: Bool
        let revoked: Int
        let problem: String?

        var standing: HubStanding {
            HubStanding(
                name: name,
                active: active,
                admin: admin,
                groups: Set(groups),
                created: created,
                revokedTokens: revoked,
                problem: problem?.oneLine
            )
        }
    }
}

/// The answer of `POST /diycloud/settle` with `look`.
struct TokenCountDocument: Decodable {
    let tokens: [String: Int]
}

/// The answer of `GET /user`: who the token is.
struct TokenDocument: Decodable {
    let scopes: [String]
}

/// The answer of `GET /`.
struct VersionDocument: Decodable {
    let version: String
}

/// How the hub words an error (`APIHandler.write_error`).
struct ProblemDocument: Decodable {
    let message: String
}

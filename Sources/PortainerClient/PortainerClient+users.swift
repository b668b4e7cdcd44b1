import NIOHTTP1

extension PortainerClient {
    /// Every account.
    public func users() async throws(PortainerError) -> [PortainerUser] {
        try await list("/users", of: UserDocument.self).map(\.user)
    }

    /// Makes an account without a password: under sign-in by OAuth Portainer takes none.
    /// - Throws: ``PortainerError/unexpected(call:status:message:)`` with 409 when the name is taken, in any letter case.
    public func createUser(_ name: String, admin: Bool) async throws(PortainerError) -> PortainerUser {
        let draft = UserDraft(name: name, role: Self.role(admin))
        return try await ask(try .send(.POST, "/users", draft)).decoded(UserDocument.self).user
    }

    /// Sets the role. It ends every sign-in of theirs, also when it was the same before.
    public func setRole(of user: Int, admin: Bool) async throws(PortainerError) {
        _ = try await ask(try .send(.PUT, "/users/\(user)", RoleDraft(role: Self.role(admin))))
    }

    public func teams() async throws(PortainerError) -> [PortainerTeam] {
        try await list("/teams", of: TeamDocument.self).map(\.team)
    }

    public func createTeam(_ name: String) async throws(PortainerError) -> PortainerTeam {
        try await ask(try .send(.POST, "/teams", TeamDraft(name: name))).decoded(TeamDocument.self).team
    }

    /// Who is in which team.
    public func memberships() async throws(PortainerError) -> [PortainerMembership] {
        try await list("/team_memberships", of: MembershipDocument.self).map(\.membership)
    }

    /// Puts a user into a team, as a member. One who is in it already is no error.
    public func join(user: Int, team: Int) async throws(PortainerError) {
        let draft = MembershipDraft(user: user, team: team)
        _ = try await ask(try .send(.POST, "/team_memberships", draft), allowing: [409])
    }

    /// Ends a membership; one that is gone already is no error.
    public func leave(_ membership: Int) async throws(PortainerError) {
        _ = try await ask(PortainerCall(method: .DELETE, path: "/team_memberships/\(membership)"), allowing: [404])
    }

    private static func role(_ admin: Bool) -> Int { admin ? 1 : 2 }
}

struct UserDocument: Decodable {
    let id: Int
    let name: String
    let role: Int

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case name = "Username"
        case role = "Role"
    }

    var user: PortainerUser { PortainerUser(id: id, name: name, isAdmin: role == 1) }
}

private struct UserDraft: Encodable {
    let name: String
    let password = ""
    let role: Int

    enum CodingKeys: String, CodingKey {
        case name = "Username"
        case password = "Password"
        case role = "Role"
    }
}

private struct RoleDraft: Encodable {
    let role: Int

    enum CodingKeys: String, CodingKey { case role = "Role" }
}

private struct TeamDocument: Decodable {
    let id: Int
    let name: String

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case name = "Name"
    }

    var team: PortainerTeam { PortainerTeam(id: id, name: name) }
}

private struct TeamDraft: Encodable {
    let name: String
    let leaders: [Int] = []

    enum CodingKeys: String, CodingKey {
        case name = "Name"
        case leaders = "TeamLeaders"
    }
}

private struct MembershipDocument: Decodable {
    let id: Int
    let user: Int
    let team: Int

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case user = "UserID"
        case team = "TeamID"
    }

    var membership: PortainerMembership { PortainerMembership(id: id, user: user, team: team) }
}

private struct MembershipDraft: Encodable {
    let user: Int
    let team: Int
    /// A member; 1 is a leader.
    let role = 2

    enum CodingKeys: String, CodingKey {
        case user = "UserID"
        case team = "TeamID"
        case role = "Role"
    }
}

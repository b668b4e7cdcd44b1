/// Who somebody is, once that has been established: what services are told of a person.
public struct Principal: Hashable, Sendable, Codable {
    public let name: UserName
    public let role: Role
    /// Group names, sorted; at present derived from the role (`diycloud-users`, and `diycloud-admins` for administrators).
    public let groups: [String]
    /// The mail address of the user store, if it holds one.
    public let email: String?

    public init(name: UserName, role: Role, email: String?) {
        self.name = name
        self.role = role
        self.email = email
        self.groups = role == .admin ? ["diycloud-admins", "diycloud-users"] : ["diycloud-users"]
    }
}

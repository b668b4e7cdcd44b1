import Identity

/// A person as the REST API shows them.
struct UserDocument: Encodable {
    let name: String
    let role: String
    let admin: Bool
    let groups: [String]
    /// `null` when there is none: the key is always there.
    @ExplicitNull var email: String?

    init(_ principal: Principal) {
        name = principal.name.rawValue
        role = principal.role.rawValue
        admin = principal.role == .admin
        groups = principal.groups
        email = principal.email
    }
}

public import Identity
public import UserStore

/// What the host should be: the people of the user store.
public struct DesiredState: Sendable, Equatable {
    /// Everybody who may have an account, by name.
    public let people: [UserName: DesiredPerson]
    /// The names of rows that nobody can sign in with (bad, the system's, ambiguous), and why. They are told of and never
    /// reconciled.
    public let refused: [String: FindingKind]

    public init(_ people: [DesiredPerson], refused: [String: FindingKind] = [:]) {
        self.people = Dictionary(people.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.refused = refused
    }

    public init(_ snapshot: StoreSnapshot) {
        self.init(
            snapshot.users.map(DesiredPerson.init),
            refused: Dictionary(snapshot.refused.map { ($0.name, $0.reason) }, uniquingKeysWith: { first, _ in first })
        )
    }

    /// Everybody whose row has come, gone or changed since an earlier state.
    public func names(differingFrom earlier: DesiredState) -> Set<UserName> {
        var names: Set<UserName> = []
        for (name, person) in people where earlier.people[name] != person { names.insert(name) }
        for name in earlier.people.keys where people[name] == nil { names.insert(name) }
        for name in Set(refused.keys).symmetricDifference(earlier.refused.keys) {
            if let name = try? UserName(name) { names.insert(name) }
        }
        return names
    }
}

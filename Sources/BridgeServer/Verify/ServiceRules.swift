package import Identity

/// Which roles may use which named service. Access is by service, never by path, so that no encoding of a path can
/// change what is judged.
package struct ServiceRules: Sendable, Equatable {
    struct Rule: Sendable, Equatable {
        let service: ServiceName
        let bytes: [UInt8]
        let roles: Set<Role>
    }

    /// In a fixed order: the index of a rule is the index of its answer in ``VerifyEntry/answers``.
    let rules: [Rule]

    package init(_ roles: [ServiceName: Set<Role>]) {
        self.rules = roles.sorted { $0.key < $1.key }.map { entry in
            Rule(service: entry.key, bytes: Array(entry.key.rawValue.utf8), roles: entry.value)
        }
    }

    func index(of name: UnsafeRawBufferPointer) -> Int? {
        rules.firstIndex { name.equals($0.bytes) }
    }

    /// Whether a person of `role` may use `service`.
    package func allows(_ role: Role, service: ServiceName) -> Bool {
        rules.contains { $0.service == service && $0.roles.contains(role) }
    }
}

/// F-12: a Linux account `admin` with a group of its own name, where sudo gives the group `admin` everything, as on Ubuntu.
struct AdminGroup: Leftover {
    let id = "admin-group-is-root"

    func look(at host: LegacyHost) async throws(Unseen) -> LegacyFault? {
        let files = AccountFiles(host: host)
        guard let group = try files.groups.first(where: { $0.name == "admin" }) else { return nil }
        let people = Set(try files.accounts(withPrimaryGroup: group.gid) + group.members).sorted()
        guard !people.isEmpty, let rule = try rule(on: host) else { return nil }
        return forPerson(
            .critical,
            what: "In group admin: \(people.joined(separator: ", ")); \(rule)",
            why: """
                The platform's “admin” is one who administers the platform. Here the group of that name may do everything as root, \
                whether that was meant or not.
                """,
            remedy: "groupmod --new-name platform-admin admin   # unless these people are meant to be root"
        )
    }

    /// The line of sudoers(5) that gives the group something, with its place.
    private func rule(on host: LegacyHost) throws(Unseen) -> String? {
        let directory = "/etc/sudoers.d"
        // sudo passes over names with a dot, or a tilde at their end.
        let parts = host.names(in: directory).filter { !$0.contains(".") && !$0.hasSuffix("~") }
        for path in ["/etc/sudoers"] + parts.map({ "\(directory)/\($0)" }) {
            guard let text = try host.text(path) else { continue }
            for line in text.split(separator: "\n") {
                let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
                if words.first == "%admin", words.count > 1 { return "\(path): \(words.joined(separator: " "))" }
            }
        }
        return nil
    }
}

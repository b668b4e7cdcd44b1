import Identity
import UserStore

/// F-2, F-3: passwords of the store that everybody can guess, set by the platform's own scripts and tests.
struct KnownPasswords: Leftover {
    let id = "known-password"

    func look(at host: LegacyHost) async throws(Unseen) -> LegacyFault? {
        guard let store = LegacyPlaces(host: host).store else { return nil }
        let snapshot: StoreSnapshot
        do throws(StoreError) {
            snapshot = try StoreReader(path: host.place(store)).read()
        } catch {
            throw Unseen("\(error)")
        }
        let known = snapshot.findings.filter { $0.kind == .wellKnownPassword }
        let empty = snapshot.findings.filter { $0.kind == .noPassword && $0.rawValue == "PLACEHOLDER" }
        guard !known.isEmpty || !empty.isEmpty else { return nil }
        let said =
            known.map { "\($0.user ?? "?"): \($0.assumed.split(separator: ";").first ?? "known to everybody")" }
            + empty.map { "\($0.user ?? "?"): never had one (PLACEHOLDER), and nobody can sign in as them" }
        let isOpen = Self.names(known).contains { snapshot.users[$0]?.isActive == true }
        // Names that Linux refuses cannot sign in, and do not belong into a command line.
        let commands = Self.names(known + empty).map { "diycloud-bridge user passwd \($0)" }
        return forPerson(
            isOpen ? .critical : .note,
            what: "In \(store): \(said.joined(separator: "; "))",
            why: """
                The platform's own test sets these; whoever has read its source can sign in. The row is the administrator's to \
                change, so it is not mended by itself.
                """,
            remedy: commands.isEmpty ? "diycloud-bridge findings" : commands.joined(separator: " && ")
        )
    }

    private static func names(_ findings: [Finding]) -> [UserName] {
        findings.compactMap { finding in finding.user.flatMap { try? UserName($0) } }
    }
}

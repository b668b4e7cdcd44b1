import ArgumentParser
import BridgeConfiguration
import Identity
import LinuxAccounts
import SyncReport
import UserSync

/// How much of the host a run is about.
struct SyncChoices: ParsableArguments {
    @Option(
        name: .long,
        parsing: .upToNextOption,
        help: ArgumentHelp("Only these people.", valueName: "name")
    )
    var user: [String] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Only these areas, with commas: accounts, limits, disk, jupyterhub, docker, portainer.",
            valueName: "areas"
        )
    )
    var only = ""

    @Flag(name: .long, help: "Switch people off even when they are most of all, or the store is empty.")
    var allowMassDisable = false

    @Flag(name: .long, help: "Lock accounts even when they administer this host (sudo).")
    var allowLockAdministrator = false

    /// The areas; all that are known where none is named.
    func areas() throws -> Set<SyncArea> {
        guard !only.isEmpty else { return SyncScope().areas }
        let areas = try only.split(separator: ",").map { word in
            let word = word.trimmingCharacters(in: .whitespaces)
            guard let area = SyncArea(rawValue: word) else {
                let known = SyncArea.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("There is no area `\(word)`. The areas are: \(known).")
            }
            return area
        }
        return Set(areas)
    }

    /// - Throws: what the person at the terminal should read when a name is neither in the store nor an account of ours.
    func scope(_ desired: DesiredState, host: HostSnapshot, group: String) throws -> SyncScope {
        var scope = SyncScope(
            areas: try areas(),
            allowsMassDisable: allowMassDisable,
            allowsLockAdministrator: allowLockAdministrator
        )
        guard !user.isEmpty else { return scope }
        let known = Set(desired.people.keys.map(\.rawValue)).union(desired.refused.keys)
            .union(host.groups[group]?.members ?? [])
        scope.names = Set(
            try user.map { text in
                guard known.contains(text), let name = try? UserName(text) else {
                    let near = NearestName.of(text, in: known).map { " Did you mean \($0)?" } ?? ""
                    throw CommandFailure("There is no person called `\(text.shown)` in the store.\(near)")
                }
                return name
            }
        )
        return scope
    }
}

extension String {
    /// Without what could move a cursor.
    var shown: String {
        String(String.UnicodeScalarView(unicodeScalars.prefix(64).filter { $0.value >= 32 && $0.value != 127 }))
    }
}

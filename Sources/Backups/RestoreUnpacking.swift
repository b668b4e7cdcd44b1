import Glibc
import HostPrograms

/// Unpacks items into the working directory and judges everything in them.
struct RestoreUnpacking {
    let plan: RestorePlan
    let work: String
    let programs: any HostPrograms

    func prepare(_ actions: [RestorePlan.Action]) async throws(BackupError) -> [PreparedPart] {
        var parts: [PreparedPart] = []
        var hub: String?
        for action in actions {
            switch action.item.kind {
            case .userStore, .bridgeDatabase:
                parts.append(try database(action))
            case .hubDatabase:
                // In its directory, with which it is put back.
                continue
            case .hostFiles:
                parts += try await hostFiles(action)
            default:
                let tree = try await tree(action)
                if action.item.kind == .hubState { hub = tree.source }
                parts.append(tree)
            }
        }
        if let hub, let action = actions.first(where: { $0.item.kind == .hubDatabase }) {
            let database = try database(action)
            guard rename(database.source, "\(hub)/\(plan.places.hubDatabase)") == 0 else {
                throw .system(database.source, "cannot be moved")
            }
        }
        return parts
    }

    private func database(_ action: RestorePlan.Action) throws(BackupError) -> PreparedPart {
        let source = Archive.unpackedPath(of: action.item, in: work)
        try DatabaseSnapshot.check(source, as: action.item.member)
        let item = action.item
        guard let owner = item.owners.first.flatMap(AccountNames.uid), let mode = item.mode, mode & ~0o777 == 0,
            let group = item.groups.first.flatMap(AccountNames.gid)
        else { throw .corrupt(plan.file, part: item.member, reason: "it has no owner or mode") }
        guard chown(source, owner, group) == 0, chmod(source, mode_t(mode)) == 0 else {
            throw .system(source, "cannot get its owner")
        }
        return PreparedPart(source: source, target: action.target, path: action.path, isDatabase: true)
    }

    private func tree(_ action: RestorePlan.Action) async throws(BackupError) -> PreparedPart {
        let (directory, _) = try await open(action.item)
        return PreparedPart(source: directory, target: action.target, path: action.path, isDatabase: false)
    }

    private func hostFiles(_ action: RestorePlan.Action) async throws(BackupError) -> [PreparedPart] {
        let (directory, entries) = try await open(action.item)
        let allowed = HostFiles(places: plan.places)
        var parts: [PreparedPart] = []
        for entry in entries where entry.kind != .directory {
            guard allowed.allows(entry.path) else {
                throw .hostile(plan.file, part: action.item.member, reason: "\(entry.path) is none of our files")
            }
            let path = HostFiles.join("/", entry.path)
            let target = plan.places.real(path)
            // Another distribution keeps it elsewhere, or the package is not installed.
            guard access(PartFile.directory(of: target), F_OK) == 0 else { continue }
            parts.append(.init(source: "\(directory)/\(entry.path)", target: target, path: path, isDatabase: false))
        }
        return parts
    }

    private func open(_ item: BackupManifest.Item) async throws(BackupError) -> (String, [TreeEntry]) {
        guard let compression = TreeArchive.Compression(ending: item.member) else {
            throw .hostile(plan.file, part: item.member, reason: "it is no tar")
        }
        let file = Archive.unpackedPath(of: item, in: work)
        let listing = file + ".listing"
        let trees = TreeArchive(programs: programs)
        try await trees.list(file, to: listing, compression: compression)
        let count = try ListingCheck.entries(in: listing, of: item.member, backup: plan.file)
        guard count == item.entries else {
            throw .hostile(
                plan.file,
                part: item.member,
                reason: "it has \(count) entries, the manifest says \(item.entries)"
            )
        }
        let directory = file + ".open"
        try ClosedDirectory.make(directory)
        try await trees.open(file, in: directory, compression: compression)
        let entries = try TreeWalk.entries(of: directory)
        try judge(entries, of: item)
        return (directory, entries)
    }

    /// Looks at what really came out, whatever the listing said.
    private func judge(_ entries: [TreeEntry], of item: BackupManifest.Item) throws(BackupError) {
        let names = AccountNames(owners: item.owners, groups: item.groups)
        // Parents of single files, which tar makes for itself.
        let uids = names.uids.union([geteuid()])
        let gids = names.gids.union([getegid()])
        for entry in entries {
            let objection =
                TreeRules.objection(to: entry)
                ?? (uids.contains(entry.uid) && gids.contains(entry.gid) ? nil : "it belongs to somebody else")
            if let objection { throw .hostile(plan.file, part: item.member, reason: "\(entry.path): \(objection)") }
        }
    }
}

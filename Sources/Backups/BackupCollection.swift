import Crypto
import Foundation
import Glibc
import HostPrograms

/// Makes the items of a backup in its working directory, each with its digest.
struct BackupCollection {
    let plan: BackupPlan
    let work: String
    let programs: any HostPrograms
    let progress: @Sendable (String) -> Void

    var places: BackupPlaces { plan.places }
    var trees: TreeArchive { TreeArchive(programs: programs) }

    func collect() async throws(BackupError) -> BackupManifest {
        let portainer = await PortainerVolume.find(places.portainer, programs: programs)
        if portainer?.isRunning == true {
            progress("Portainer is paused for the seconds that its data is read")
        }
        try await checkRoom(portainer: portainer)
        guard mkdir("\(work)/notebooks", 0o700) == 0, mkdir("\(work)/damaged", 0o700) == 0 else {
            throw .system(work, "cannot be used")
        }
        let date = Date().formatted(.iso8601)
        var items = try await databases()
        items += try await tree(.configuration, at: places.configuration)
        items += try await hostFiles()
        items += try await tree(.hubState, at: places.hubState, leavingOut: isRunningState)
        items += try await tree(.installation, at: places.installation, leavingOut: { $0 == "./lock" })
        if let portainer { items.append(try await save(portainer)) }
        for person in plan.people { items.append(try await notebooks(of: person)) }
        guard !items.isEmpty else {
            throw .notABackup(places.root + "/", reason: "there is nothing of this product to save")
        }
        return BackupManifest(
            format: BackupManifest.currentFormat,
            version: plan.version,
            host: HostIdentity.name,
            machine: HostIdentity.machine(root: places.root),
            date: date,
            items: items
        )
    }

    /// Before anything is written: at worst, nothing can be made smaller.
    private func checkRoom(portainer: PortainerVolume?) async throws(BackupError) {
        var total: Int64 = 0
        for path in [places.userStore, places.bridgeDatabase] { total += fileSize(places.real(path)) }
        var roots = [places.configuration, places.hubState, places.installation].map(places.real)
        if let portainer { roots.append(portainer.directory) }
        for root in roots { total += try TreeWalk.entries(of: root).reduce(0) { $0 + $1.size } }
        for person in plan.people { total += try await Notebooks(person: person, trees: trees).size() }
        try DiskRoom.check(PartFile.directory(of: work), for: total)
    }

    private func fileSize(_ path: String) -> Int64 {
        var status = stat()
        return lstat(path, &status) == 0 ? Int64(status.st_size) : 0
    }

    // MARK: - Databases

    private func databases() async throws(BackupError) -> [BackupManifest.Item] {
        let sources: [(BackupManifest.Kind, String)] = [
            (.userStore, places.userStore),
            (.bridgeDatabase, places.bridgeDatabase),
            (.hubDatabase, "\(places.hubState)/\(places.hubDatabase)"),
        ]
        var items: [BackupManifest.Item] = []
        for (kind, path) in sources {
            var status = stat()
            guard lstat(places.real(path), &status) == 0 else { continue }
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw .database(path, reason: "it is no regular file")
            }
            progress("Copying \(path)")
            let member = ItemName.stem(kind) + ".db"
            do {
                try DatabaseSnapshot.take(of: places.real(path), to: "\(work)/\(member)")
            } catch .damagedDatabase where plan.acceptsDamage {
                items.append(try await damaged(path))
                continue
            }
            let names = AccountNames(
                owners: [AccountNames.user(status.st_uid)],
                groups: [AccountNames.group(status.st_gid)]
            )
            items.append(try item(kind, member, path: path, names: names, mode: status.st_mode & 0o777))
        }
        return items
    }

    /// The database and what SQLite keeps beside it, as bytes.
    private func damaged(_ path: String) async throws(BackupError) -> BackupManifest.Item {
        let real = places.real(path)
        let name = String(path.split(separator: "/").last ?? "")
        let there = ["", "-wal", "-shm", "-journal"].map { name + $0 }.filter {
            access("\(PartFile.directory(of: real))/\($0)", F_OK) == 0
        }
        return try await make(
            .damagedDatabase,
            from: PartFile.directory(of: real),
            path: path,
            names: there,
            accounts: AccountNames(owners: [], groups: []),
            skipped: []
        )
    }

    // MARK: - Trees of root's

    /// What a running hub makes anew: its database's companions (the database has an item of its own), process numbers.
    private func isRunningState(_ path: String) -> Bool {
        path == "./\(places.hubDatabase)" || path.hasPrefix("./\(places.hubDatabase)-") || path.hasSuffix(".pid")
    }

    private func tree(
        _ kind: BackupManifest.Kind,
        at path: String,
        leavingOut isLeftOut: (String) -> Bool = { _ in false }
    ) async throws(BackupError) -> [BackupManifest.Item] {
        let entries = try TreeWalk.entries(of: places.real(path)).filter { !isLeftOut($0.path) }
        guard !entries.isEmpty else { return [] }
        progress("Saving \(path)")
        return [try await make(kind, from: places.real(path), path: path, entries: entries)]
    }

    private func hostFiles() async throws(BackupError) -> [BackupManifest.Item] {
        let entries = try HostFiles(places: places).entries()
        guard !entries.isEmpty else { return [] }
        progress("Saving our files of nginx, systemd and PAM")
        return [try await make(.hostFiles, from: places.real("/"), path: "/", entries: entries)]
    }

    private func make(
        _ kind: BackupManifest.Kind,
        from root: String,
        path: String,
        entries: [TreeEntry]
    ) async throws(BackupError) -> BackupManifest.Item {
        var kept: [TreeEntry] = []
        var skipped: [BackupManifest.Skipped] = []
        for entry in entries {
            if let objection = TreeRules.objection(to: entry) {
                skipped.append(.init(path: HostFiles.join(path, entry.path), reason: objection))
            } else {
                kept.append(entry)
            }
        }
        return try await make(
            kind,
            from: root,
            path: path,
            names: kept.map(\.path),
            accounts: AccountNames(of: kept),
            skipped: skipped
        )
    }

    private func make(
        _ kind: BackupManifest.Kind,
        from root: String,
        path: String,
        names: [String],
        accounts: AccountNames,
        skipped: [BackupManifest.Skipped]
    ) async throws(BackupError) -> BackupManifest.Item {
        let compression = trees.compression
        let member = ItemName.stem(kind, path: path) + compression.ending
        let list = "\(work)/list"
        try OpenFile(creating: list).write(Array(names.joined(separator: "\0").utf8) + [0])
        defer { unlink(list) }
        try await trees.make("\(work)/\(member)", of: root, list: list, compression: compression)
        let entries = try await count(member, compression: compression)
        guard entries == names.count else {
            throw .program(
                "tar",
                complaint: "it saved \(entries) of \(names.count) files of \(path); they change too fast"
            )
        }
        return try item(kind, member, path: path, names: accounts, entries: entries, skipped: skipped)
    }

    /// Reads an item to its end, and judges what is in it as a restore will.
    private func count(_ member: String, compression: TreeArchive.Compression) async throws(BackupError) -> Int {
        let listing = "\(work)/listing"
        defer { unlink(listing) }
        try await trees.list("\(work)/\(member)", to: listing, compression: compression)
        return try ListingCheck.entries(in: listing, of: member, backup: member)
    }

    private func save(_ volume: PortainerVolume) async throws(BackupError) -> BackupManifest.Item {
        progress("Saving Portainer's data")
        let compression = trees.compression
        let member = ItemName.stem(.portainer) + compression.ending
        try await volume.save(to: "\(work)/\(member)", compression: compression, programs: programs)
        let entries = try await count(member, compression: compression)
        let names = AccountNames(of: try TreeWalk.entries(of: volume.directory))
        return try item(.portainer, member, path: volume.directory, names: names, entries: entries)
    }

    // MARK: - People

    private func notebooks(of person: BackupPerson) async throws(BackupError) -> BackupManifest.Item {
        progress("Saving the notebooks of \(person.name)")
        let compression = trees.compression
        let member = ItemName.stem(.notebooks, person: person.name) + compression.ending
        guard MemberHeader.isPlain(member) else {
            throw .notebooks(person.name, reason: "a backup cannot hold a name like this")
        }
        let notebooks = Notebooks(person: person, trees: trees)
        let saved = try await notebooks.save(to: "\(work)/\(member)", work: work, compression: compression)
        let names = AccountNames(owners: [person.name], groups: [])
        return try item(
            .notebooks,
            member,
            person: person.name,
            path: "\(person.home)/notebooks",
            names: names,
            entries: saved.entries,
            skipped: saved.skipped
        )
    }

    private func item(
        _ kind: BackupManifest.Kind,
        _ member: String,
        person: String? = nil,
        path: String,
        names: AccountNames,
        entries: Int = 1,
        mode: UInt32? = nil,
        skipped: [BackupManifest.Skipped] = []
    ) throws(BackupError) -> BackupManifest.Item {
        let (sha256, size) = try FileDigest.of("\(work)/\(member)")
        return BackupManifest.Item(
            kind: kind,
            person: person,
            member: member,
            path: path,
            size: size,
            sha256: sha256,
            entries: entries,
            owners: names.owners,
            groups: names.groups,
            mode: mode,
            skipped: skipped
        )
    }
}

/// Where the platform's installer put things. Its scripts have `/opt/diycloud` written into them whatever `--prefix` says (F-30),
/// so both are looked at.
struct LegacyPlaces {
    let host: LegacyHost

    static let usual = "/opt/diycloud"
    static let log = "/var/log/diycloud"
    static let webRoot = "/var/www/diycloud"
    static let environmentLink = "/usr/local/bin/diycloud-env"

    /// Installation directories that are there, the usual one first.
    var prefixes: [String] {
        var found = [Self.usual]
        if let target = host.target(ofLink: Self.environmentLink), target.hasPrefix("/") {
            found.append(LegacyHost.parent(of: target))
        }
        for unit in UserAPIUnit.all(on: host) { found.append(contentsOf: unit.prefix.map { [$0] } ?? []) }
        var seen: Set<String> = []
        return found.filter { seen.insert($0).inserted && host.isDirectory($0) && isPlatform($0) }
    }

    /// The files that tell of each phase. The bridge itself has `/opt/diycloud/jupyterhub` and may have made the store, so neither
    /// makes an old platform.
    static let signs: [(phase: Int, files: [String])] = [
        (0, ["lib/detect_distro.sh"]),
        (1, ["core/setup-base.sh"]),
        (2, ["usermgmt/user_management.py", "usermgmt/create_user.sh", "usermgmt/db/init_db.sh"]),
    ]

    private func isPlatform(_ prefix: String) -> Bool {
        Self.signs.contains { $0.files.contains { host.exists("\(prefix)/\($0)") } }
    }

    /// Also that of a store without scripts around it, as after a move to another host.
    var storeDirectories: [String] {
        var directories = prefixes.map { "\($0)/usermgmt/db" }
        let usual = "\(Self.usual)/usermgmt/db"
        if !directories.contains(usual) { directories.append(usual) }
        return directories.filter(host.isDirectory)
    }

    /// The store in force: the API's is always the usual one.
    var store: String? { storeDirectories.map { "\($0)/users.db" }.first(where: host.exists) }

    /// Files that hold what the store holds, beside it.
    static func isCopy(_ name: String) -> Bool {
        name != "users.db" && name.hasPrefix("users.db") && !name.hasSuffix("-wal") && !name.hasSuffix("-shm")
            && !name.hasSuffix("-journal")
    }
}

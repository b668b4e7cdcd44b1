/// Single files of ours in directories of others.
struct HostFiles {
    let places: BackupPlaces

    /// Their entries, with paths relative to the root: `./etc/nginx/conf.d/diycloud-bridge-http.conf`.
    func entries() throws(BackupError) -> [TreeEntry] {
        var found: [TreeEntry] = []
        for directory in [places.nginx, places.unitSettings, PartFile.directory(of: places.pamService)] {
            found += try TreeWalk.entries(of: places.real(directory)).map { entry in
                TreeEntry(entry, path: "." + Self.join(directory, entry.path))
            }
        }
        return found.filter { $0.kind != .directory && allows($0.path) }
    }

    /// Whether a path is one of those: what a restore may write, whatever a backup holds.
    func allows(_ path: String) -> Bool {
        guard path.hasPrefix("./"), !path.split(separator: "/").contains("..") else { return false }
        let path = String(path.dropFirst())
        guard let name = path.split(separator: "/").last else { return false }
        if path.hasPrefix(places.nginx + "/") { return name.hasPrefix("diycloud") }
        if path.hasPrefix(places.unitSettings + "/") {
            let parts = path.dropFirst(places.unitSettings.count + 1).split(separator: "/")
            return parts.count == 2 && parts[0].hasPrefix("diycloud-") && parts[0].hasSuffix(".d")
                && name.hasSuffix(".conf")
        }
        return path == places.pamService
    }

    /// A path of a tree as the host knows it.
    static func join(_ root: String, _ entry: String) -> String {
        let inner = entry == "." ? "" : entry.hasPrefix("./") ? String(entry.dropFirst(2)) : entry
        return inner.isEmpty ? root : root.hasSuffix("/") ? root + inner : "\(root)/\(inner)"
    }
}

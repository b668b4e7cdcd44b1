/// What items are called in a backup.
enum ItemName {
    /// Without the ending.
    static func stem(_ kind: BackupManifest.Kind, person: String? = nil, path: String = "") -> String {
        switch kind {
        case .userStore: "user-store"
        case .bridgeDatabase: "bridge"
        case .hubDatabase: "jupyterhub"
        case .configuration: "configuration"
        case .hostFiles: "host-files"
        case .hubState: "jupyterhub-state"
        case .portainer: "portainer"
        case .installation: "installation"
        case .notebooks: "notebooks/\(person ?? "")"
        case .damagedDatabase: "damaged/\(path.split(separator: "/").last ?? "")"
        }
    }

    static func stem(of item: BackupManifest.Item) -> String {
        stem(item.kind, person: item.person, path: item.path)
    }

    static func endings(_ kind: BackupManifest.Kind) -> [String] {
        switch kind {
        case .userStore, .bridgeDatabase, .hubDatabase: [".db"]
        default: TreeArchive.Compression.allCases.map(\.ending)
        }
    }

    static func fits(_ item: BackupManifest.Item) -> Bool {
        guard (item.kind == .notebooks) == (item.person != nil) else { return false }
        return endings(item.kind).contains { item.member == stem(of: item) + $0 }
    }
}

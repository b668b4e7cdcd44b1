import Glibc

/// Says where an item goes on this host. The backup itself is not asked: its paths are only shown.
struct RestorePlanner {
    let options: Restore.Options
    let manifest: BackupManifest
    let portainer: PortainerVolume?
    let stamp: String

    private var places: BackupPlaces { options.places }

    /// nil for notebooks that nobody asked for.
    func action(for item: BackupManifest.Item) -> RestorePlan.Action? {
        switch item.kind {
        case .userStore: place(item, at: places.userStore)
        case .bridgeDatabase: place(item, at: places.bridgeDatabase)
        case .configuration: place(item, at: places.configuration)
        case .hubState: place(item, at: places.hubState)
        case .hubDatabase:
            manifest.items.contains { $0.kind == .hubState }
                ? place(item, at: "\(places.hubState)/\(places.hubDatabase)")
                : leave(item, "the backup lacks the directory it belongs to")
        case .hostFiles: place(item, at: "/")
        case .installation: installation(item)
        case .portainer:
            portainer.map {
                RestorePlan.Action(kind: .replace, path: $0.directory, reason: nil, item: item, target: $0.directory)
            }
                ?? leave(item, "this host has no such volume; install the component portainer first")
        case .damagedDatabase: leave(item, "it was damaged when it was saved")
        case .notebooks: notebooks(item)
        }
    }

    private func place(_ item: BackupManifest.Item, at path: String) -> RestorePlan.Action {
        let target = places.real(path)
        let there = access(target, F_OK) == 0
        return .init(kind: there ? .replace : .create, path: path, reason: nil, item: item, target: target)
    }

    private func leave(_ item: BackupManifest.Item, _ reason: String) -> RestorePlan.Action {
        .init(kind: .leave, path: item.path, reason: reason, item: item, target: "")
    }

    /// It says what was changed on one host; on another it would be wrong.
    private func installation(_ item: BackupManifest.Item) -> RestorePlan.Action {
        let here = HostIdentity.machine(root: places.root)
        guard !here.isEmpty, here == manifest.machine else {
            return leave(item, "it tells what was installed on another machine")
        }
        return place(item, at: places.installation)
    }

    private func notebooks(_ item: BackupManifest.Item) -> RestorePlan.Action? {
        guard let person = options.people.first(where: { $0.name == item.person }) else { return nil }
        let path = "\(person.home)/notebooks.restored-\(stamp)"
        return .init(kind: .create, path: path, reason: nil, item: item, target: path)
    }
}

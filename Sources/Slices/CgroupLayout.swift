/// How the processes of people are kept together on this host.
public enum CgroupLayout: Sendable, Equatable {
    /// The kernel's interface under systemd: all on v2, controllers on v1 with systemd's own tree on v2, all on v1.
    public enum Version: String, Sendable, Codable { case v2, hybrid, v1 }

    /// What the administrator asks for (`limits.controller`).
    public enum Choice: String, Sendable, CaseIterable, Codable { case auto, systemd, cgroup, none }

    /// systemd owns the tree; `parents` are the directories of `user.slice`, for each controller there is.
    case systemd(version: Version, parents: [CgroupController: String])
    /// A tree of our own in cgroup v2: `/sys/fs/cgroup/diycloud`.
    case ownV2(parent: String)
    /// Trees of our own in the hierarchies of cgroup v1: `/sys/fs/cgroup/memory/diycloud`. Joined controllers share one.
    case ownV1(parents: [CgroupController: String])
    /// No limits can be had, and why.
    case none(reason: String)

    /// The directories in which the person's processes are counted, whether they exist or not. Under our own tree a server is a
    /// leaf in each of them.
    public func directories(of uid: UInt32) -> [String] {
        var seen: Set<String> = []
        return CgroupController.allCases.compactMap { directory(of: uid, $0) }.filter { seen.insert($0).inserted }
    }

    public var isSystemd: Bool {
        if case .systemd = self { true } else { false }
    }

    /// `systemd`, `cgroup` or `none`: what the spawner is told.
    public var manager: String {
        switch self {
        case .systemd: "systemd"
        case .ownV2, .ownV1: "cgroup"
        case .none: "none"
        }
    }

    /// The directory of a person in the hierarchy of one controller.
    func directory(of uid: UInt32, _ controller: CgroupController) -> String? {
        parent(controller).map { "\($0)/\(name(of: uid))" }
    }

    /// What a person's directory is called in each hierarchy.
    func name(of uid: UInt32) -> String { isSystemd ? "user-\(uid).slice" : "user-\(uid)" }

    /// What our own tree is called; nil where there is none.
    var treeName: String? {
        switch self {
        case .ownV2(let parent): parent.split(separator: "/").last.map(String.init)
        case .ownV1(let parents): parents.values.first?.split(separator: "/").last.map(String.init)
        case .systemd, .none: nil
        }
    }

    /// A person's slice, for messages: on version 1 it has a directory for each controller, so only what they share is said.
    func title(of uid: UInt32) -> String {
        guard !isSystemd, let tree = parents.values.first?.split(separator: "/").last else { return name(of: uid) }
        return "the cgroup \(tree)/\(name(of: uid))"
    }

    /// The directory that holds those of the people, for each controller there is.
    var parents: [CgroupController: String] {
        switch self {
        case .systemd(_, let parents), .ownV1(let parents): parents
        case .ownV2(let parent): Dictionary(uniqueKeysWithValues: CgroupController.allCases.map { ($0, parent) })
        case .none: [:]
        }
    }

    private func parent(_ controller: CgroupController) -> String? {
        switch self {
        case .systemd(_, let parents), .ownV1(let parents): parents[controller]
        case .ownV2(let parent): parent
        case .none: nil
        }
    }
}

extension SliceReader {
    /// The most cgroups of one person that are told of.
    public static let occupantLimit = 200

    /// What runs of a person's, each cgroup in their slice that has processes: servers first, then containers, sessions and the rest, by
    /// name. At most ``occupantLimit``.
    public func occupants(of uid: UInt32) -> [SliceOccupant] {
        guard let place = countingDirectory(of: uid) else { return [] }
        let memories = layout.directory(of: uid, .memory)
        let names = CgroupFile.children(of: place).prefix(4 * Self.occupantLimit).compactMap { path in
            hasProcessesBelow(path) ? path.split(separator: "/").last.map(String.init) : nil
        }
        let found = names.map { name in
            SliceOccupant(kind: .init(cgroup: name), memoryBytes: memories.flatMap { memoryOfLeaf("\($0)/\(name)") })
        }
        return Array(found.sorted { $0.kind.order < $1.kind.order }.prefix(Self.occupantLimit))
    }

    /// Where the tree of a person's cgroups is looked at; version 1 has one for each controller, which are alike.
    private func countingDirectory(of uid: UInt32) -> String? {
        layout.directory(of: uid, .pids) ?? layout.directory(of: uid, .memory)
    }

    /// Version 2 counts what is below a cgroup; on version 1 the one level of children is looked at.
    private func hasProcessesBelow(_ place: String) -> Bool {
        if hasProcesses(place) { return true }
        switch layout {
        case .systemd(.v2, _), .ownV2, .none: return false
        case .systemd, .ownV1: return CgroupFile.children(of: place).contains(where: hasProcesses)
        }
    }

    private func memoryOfLeaf(_ place: String) -> Int64? {
        switch layout {
        case .systemd(.v2, _), .ownV2:
            guard CgroupFile.exists("\(place)/memory.current") else { return nil }
            return memory(in: place, charged: "memory.current", inactive: "inactive_file")
        case .systemd, .ownV1:
            guard CgroupFile.exists("\(place)/memory.usage_in_bytes") else { return nil }
            return memory(in: place, charged: "memory.usage_in_bytes", inactive: "total_inactive_file")
        case .none: return nil
        }
    }
}

extension SliceOccupant.Kind {
    fileprivate var order: (Int, String) {
        switch self {
        case .server(let name): (0, name)
        case .container(let id): (1, id)
        case .session(let number): (2, number)
        case .other(let name): (3, name)
        }
    }
}

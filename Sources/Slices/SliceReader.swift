/// Reads what people use and what limits hold, straight from the kernel's files. Needs no privilege, and starts no program.
public struct SliceReader: Sendable {
    public let layout: CgroupLayout
    let dropIns: SystemdDropIns

    /// - Parameter controlDirectory: where systemd keeps the properties that were set for good.
    public init(layout: CgroupLayout, controlDirectory: String = "/etc/systemd/system.control") {
        self.layout = layout
        self.dropIns = SystemdDropIns(directory: controlDirectory)
    }

    /// What holds for the person's slice.
    public func standing(of uid: UInt32) -> SliceStanding {
        standing(of: uid, impossible: layout.impossible(), moot: CgroupLayout.moot())
    }

    /// As ``standing(of:)``, of many, on all cores.
    public func standing(of uids: [UInt32]) async -> [UInt32: SliceStanding] {
        let impossible = layout.impossible()
        let moot = CgroupLayout.moot()
        return await withTaskGroup { group in
            for start in stride(from: 0, to: uids.count, by: 500) {
                group.addTask {
                    uids[start..<min(start + 500, uids.count)].map {
                        ($0, standing(of: $0, impossible: impossible, moot: moot))
                    }
                }
            }
            var standings: [UInt32: SliceStanding] = [:]
            standings.reserveCapacity(uids.count)
            for await part in group {
                for (uid, standing) in part { standings[uid] = standing }
            }
            return standings
        }
    }

    private func standing(
        of uid: UInt32,
        impossible: [SliceLimit: String],
        moot: Set<SliceLimit>
    ) -> SliceStanding {
        let inForce = limits(of: uid)
        return SliceStanding(
            name: layout.isSystemd ? "user-\(uid).slice" : layout.directories(of: uid).first ?? "user-\(uid)",
            configured: layout.isSystemd ? dropIns.reading(of: uid) : inForce,
            inForce: inForce,
            impossible: impossible,
            moot: moot
        )
    }

    /// The people of whom something runs, in ascending order.
    public func activeUIDs() -> [UInt32] {
        knownUIDs().filter { tasks(of: $0) ?? 0 > 0 }
    }

    /// The people whose slice the kernel knows, in ascending order.
    func knownUIDs() -> [UInt32] {
        let parents: [String] =
            switch layout {
            case .systemd(_, let parents), .ownV1(let parents): Array(Set(parents.values))
            case .ownV2(let parent): [parent]
            case .none: []
            }
        let suffix = layout.isSystemd ? ".slice" : ""
        let uids = parents.flatMap { CgroupFile.names(in: $0) }.compactMap { SliceName.uid(of: $0, suffix: suffix) }
        return Set(uids).sorted()
    }

    /// How many tasks the person has; nil when their slice does not exist, or nothing counts tasks.
    func tasks(of uid: UInt32) -> Int? {
        layout.directory(of: uid, .pids).flatMap { CgroupFile.read("\($0)/pids.current", CgroupText.number) }
            .flatMap { Int(exactly: $0) }
    }
}

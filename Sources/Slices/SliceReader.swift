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
        standing(of: uid, SliceSurvey(layout, dropIns: dropIns))
    }

    /// As ``standing(of:)``, of many, on all cores.
    public func standing(of uids: [UInt32]) async -> [UInt32: SliceStanding] {
        let survey = SliceSurvey(layout, dropIns: dropIns)
        return await withTaskGroup { group in
            for start in stride(from: 0, to: uids.count, by: 500) {
                group.addTask {
                    uids[start..<min(start + 500, uids.count)].map { ($0, standing(of: $0, survey)) }
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

    private func standing(of uid: UInt32, _ survey: SliceSurvey) -> SliceStanding {
        let inForce = limits(of: uid, survey)
        return SliceStanding(
            name: layout.title(of: uid),
            configured: layout.isSystemd ? configured(of: uid, survey) : inForce,
            inForce: inForce,
            impossible: survey.impossible,
            moot: survey.moot
        )
    }

    private func configured(of uid: UInt32, _ survey: SliceSurvey) -> SliceReading? {
        survey.dropIns.flatMap { dropIns.reading(of: uid, in: $0, moot: survey.moot) }
    }

    /// The people of whom something runs, in ascending order.
    public func activeUIDs() -> [UInt32] {
        knownUIDs().filter { tasks(of: $0) ?? 0 > 0 }
    }

    /// The people whose slice the kernel knows, in ascending order.
    func knownUIDs() -> [UInt32] {
        let suffix = layout.isSystemd ? ".slice" : ""
        let names = Set(layout.parents.values).flatMap { CgroupFile.names(in: $0) }
        return Set(names.compactMap { SliceName.uid(of: $0, suffix: suffix) }).sorted()
    }

    /// How many tasks the person has; nil when their slice does not exist, or nothing counts tasks.
    func tasks(of uid: UInt32) -> Int? {
        layout.directory(of: uid, .pids).flatMap { CgroupFile.read("\($0)/pids.current", CgroupText.number) }
            .flatMap { Int(exactly: $0) }
    }
}

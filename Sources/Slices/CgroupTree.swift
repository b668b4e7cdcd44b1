internal import Glibc

/// Limits in a tree of our own, for hosts without systemd: `diycloud/user-<uid>`, in cgroup v2 or in each hierarchy of v1.
///
/// All of it belongs to root and is not delegated: who runs in it can read it but neither raise a limit nor leave
/// (moving a process needs write permission on `cgroup.procs` of where it goes, cgroups(7)). A person's directory exists from the first
/// time that limits are set, with nobody in it: servers are leaves below it.
public struct CgroupTree: SliceController {
    public let layout: CgroupLayout
    let reader: SliceReader

    /// - Parameter layout: a ``CgroupLayout/ownV2(parent:)`` or ``CgroupLayout/ownV1(parents:)``.
    public init(layout: CgroupLayout) {
        self.layout = layout
        self.reader = SliceReader(layout: layout)
    }

    public func standing(of uids: [UInt32]) async throws(SliceError) -> [UInt32: SliceStanding] {
        await reader.standing(of: uids)
    }

    public func ourUIDs() throws(SliceError) -> [UInt32] { reader.knownUIDs() }

    public func apply(
        _ limits: [UInt32: SliceLimits],
        progress: @Sendable (Int) -> Void
    ) async -> [UInt32: [SliceProblem]] {
        do throws(SliceError) {
            try prepare()
        } catch {
            progress(limits.count)
            return limits.mapValues { _ in [SliceProblem(limit: nil, kind: .failed, reason: error.description)] }
        }
        let before = await reader.standing(of: Array(limits.keys))
        var failures: [UInt32: [SliceProblem]] = [:]
        for (count, (uid, limits)) in limits.sorted(by: { $0.key < $1.key }).enumerated() {
            if before[uid]?.needsChange(for: limits) ?? true {
                failures[uid] = await set(limits, for: uid, before: before[uid]?.inForce ?? SliceReading())
            }
            if count.isMultiple(of: 100) { progress(count) }
        }
        // Nothing was written: what was seen before holds.
        let after = failures.isEmpty ? before : await reader.standing(of: Array(limits.keys))
        progress(limits.count)
        return limits.reduce(into: [:]) { problems, person in
            let failed = failures[person.key] ?? []
            problems[person.key] = after[person.key]?.problems(against: person.value).map { problem in
                guard problem.kind != .unsupported else { return problem }
                return failed.first { $0.limit == nil || $0.limit == problem.limit } ?? problem
            }
        }
    }

    /// Makes the person's directories and writes what differs.
    /// - Returns: what the kernel refused.
    private func set(_ limits: SliceLimits, for uid: UInt32, before: SliceReading) async -> [SliceProblem] {
        for directory in layout.directories(of: uid) {
            do throws(SliceError) {
                try Self.make(directory)
            } catch {
                return [SliceProblem(limit: nil, kind: .failed, reason: error.description)]
            }
        }
        switch layout {
        case .ownV2(let parent): return CgroupV2Person(directory: "\(parent)/user-\(uid)").set(limits, before: before)
        case .ownV1: return await CgroupV1Person(layout: layout, uid: uid).set(limits, before: before)
        case .systemd, .none: return []
        }
    }

    public func stopEverything(of uid: UInt32) async throws(SliceError) {
        let end = CgroupEnd(directories: layout.directories(of: uid))
        // Nobody can fork out of being killed while no task may be added (pids_can_fork).
        let gate = layout.directory(of: uid, .pids).map { "\($0)/pids.max" }
        let former = gate.flatMap { CgroupFile.text(of: $0) }
        if let gate { _ = CgroupFile.write("0", to: gate) }
        let left = await end.kill(within: .seconds(5))
        if let gate, let former { _ = CgroupFile.write(former, to: gate) }
        guard left == 0 else { throw .stillRunning(uid: uid, count: left) }
        for directory in layout.directories(of: uid) {
            // What servers were; a directory with processes or children stays (rmdir(2), EBUSY).
            for leaf in CgroupFile.children(of: directory) { rmdir(leaf) }
        }
    }

    public func withdraw(_ uids: [UInt32]) async -> [UInt32: SliceProblem] {
        var problems: [UInt32: SliceProblem] = [:]
        for uid in uids {
            switch layout {
            case .ownV2(let parent): CgroupV2Person(directory: "\(parent)/user-\(uid)").lift()
            case .ownV1: CgroupV1Person(layout: layout, uid: uid).lift()
            case .systemd, .none: continue
            }
            for directory in layout.directories(of: uid) {
                for leaf in CgroupFile.children(of: directory) { rmdir(leaf) }
                rmdir(directory)
            }
            guard let left = reader.limits(of: uid),
                SliceLimit.allCases.contains(where: { left[$0] ?? .unlimited != .unlimited })
            else { continue }
            let reason =
                "The limits of uid \(uid) could not be lifted in \(layout.directories(of: uid).joined(separator: ", "))."
            problems[uid] = SliceProblem(limit: nil, kind: .failed, reason: reason)
        }
        return problems
    }

    /// Makes the tree itself and has the kernel count in it.
    func prepare() throws(SliceError) {
        switch layout {
        case .ownV2(let parent):
            let root = String(parent[..<(parent.lastIndex(of: "/") ?? parent.endIndex)])
            try Self.enableControllers(in: root)
            try Self.make(parent)
            try Self.enableControllers(in: parent)
        case .ownV1(let parents):
            for parent in Set(parents.values) { try Self.make(parent) }
            // Linux before 5.11 counts children with their parent only when told to, before there are any.
            if let switchFile = parents[.memory].map({ "\($0)/memory.use_hierarchy" }),
                CgroupFile.read(switchFile, CgroupText.number) == 0
            {
                let problem = CgroupFile.write("1", to: switchFile)
                guard problem == 0 else { throw .file(path: switchFile, reason: CgroupFile.reason(problem)) }
            }
        case .systemd, .none(_): throw .unavailable(reason: "There is no tree of our own on this host.")
        }
    }

    private static func enableControllers(in directory: String) throws(SliceError) {
        let file = "\(directory)/cgroup.subtree_control"
        let wanted: Set<CgroupController> = [.cpu, .memory, .pids]
        for controller in wanted.subtracting(CgroupLayout.controllers(in: file)).sorted(by: {
            $0.rawValue < $1.rawValue
        }) {
            let problem = CgroupFile.write("+\(controller.rawValue)", to: file)
            guard problem != 0 else { continue }
            let remedy =
                switch problem {
                case EBUSY: "processes sit in \(directory) itself; move them to a child, or run the bridge on the host"
                case ENOENT: "the \(controller.rawValue) controller is not offered here; it must be delegated"
                default: CgroupFile.reason(problem)
                }
            throw .file(path: file, reason: "+\(controller.rawValue) was refused: \(remedy)")
        }
    }

    /// A directory that everybody may look into and only root may change.
    private static func make(_ directory: String) throws(SliceError) {
        if mkdir(directory, 0o755) == 0 {
            // Whatever the umask of the administrator: the service reads here without privilege.
            chmod(directory, 0o755)
        } else if errno != EEXIST {
            throw .file(path: directory, reason: CgroupFile.reason(errno))
        }
    }
}

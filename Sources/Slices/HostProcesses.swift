internal import Glibc
public import HostPrograms

/// The processes of this host, found both by slice and by whose they are.
///
/// A slice alone does not hold all: jobs of cron and at are outside of it where PAM does not call pam_systemd(8) for them, and so is
/// every log-in on hosts without systemd. On hosts without usable cgroups there are no slices at all.
public struct HostProcesses: ProcessController {
    private let layout: CgroupLayout
    private let slices: (any SliceController)?
    private let minimumUID: UInt32
    private let caller: CallerIdentity

    /// - Parameter minimumUID: whoever is below is the system's, and neither looked for nor stopped.
    public init(layout: CgroupLayout, minimumUID: UInt32, programs: any HostPrograms = SystemPrograms()) {
        self.init(
            layout: layout,
            minimumUID: minimumUID,
            programs: programs,
            caller: .current(treeName: layout.treeName)
        )
    }

    init(layout: CgroupLayout, minimumUID: UInt32, programs: any HostPrograms, caller: CallerIdentity) {
        self.layout = layout
        self.slices = layout.controller(programs: programs)
        self.minimumUID = max(1, minimumUID)
        self.caller = caller
    }

    public func running(of uids: Set<UInt32>) -> [UInt32: Int] {
        let uids = uids.filter { $0 >= minimumUID }
        // Nearly always nobody is to be stopped.
        guard !uids.isEmpty else { return [:] }
        let owned = ProcessWalk(uids, subordinates: .read(of: uids)).processes()
        return Dictionary(
            uniqueKeysWithValues: uids.compactMap { uid in
                let count = inSlice(uid).union(owned[uid] ?? []).count
                return count == 0 ? nil : (uid, count)
            }
        )
    }

    private func inSlice(_ uid: UInt32) -> Set<pid_t> { SliceReader(layout: layout).members(of: uid) }

    public func outside(of uids: Set<UInt32>) -> [UInt32: OutsideProcesses] {
        let uids = uids.filter { $0 >= minimumUID }
        if uids.isEmpty { return [:] }
        if case .none = layout { return [:] }
        var found: [UInt32: OutsideProcesses] = [:]
        for (uid, processes) in ProcessWalk(uids).processes() { found[uid] = outside(uid, processes) }
        return found
    }

    private func outside(_ uid: UInt32, _ processes: [pid_t]) -> OutsideProcesses? {
        let name = layout.name(of: uid)
        var count = 0
        var example: (process: pid_t, cgroup: String)?
        for process in processes {
            guard let text = CgroupFile.text(of: "/proc/\(process)/cgroup"), !text.isEmpty else { continue }
            let cgroups = ProcessCgroups(parsing: text)
            guard !cgroups.contain(name, in: layout.treeName) else { continue }
            count += 1
            if example == nil { example = (process, cgroups.telling) }
        }
        guard let example else { return nil }
        let program = CgroupFile.text(of: "/proc/\(example.process)/comm") ?? ""
        return OutsideProcesses(
            count: count,
            example: example.process,
            program: Self.printable(program),
            cgroup: Self.printable(example.cgroup)
        )
    }

    private static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(300).filter { $0.value >= 32 && $0.value != 127 }))
    }

    public func refusal(toStop uid: UInt32) -> String? {
        if uid < minimumUID { return "uid \(uid) is below \(minimumUID), where the people begin" }
        return caller.evidence[uid].map { "\($0), and would end with it" }
    }

    public func stopEverything(of uid: UInt32) async throws(SliceError) {
        if let reason = refusal(toStop: uid) { throw .refused(uid: uid, reason: reason) }
        var complaint: SliceError?
        if let slices {
            // Politely first, where systemd knows how to end each unit.
            do throws(SliceError) { try await slices.stopEverything(of: uid) } catch { complaint = error }
        }
        let left = await killAll(of: uid, within: .seconds(5))
        guard left == 0 else { throw .stillRunning(uid: uid, count: left) }
        if let complaint, !inSlice(uid).isEmpty { throw complaint }
    }

    /// - Returns: how many are left.
    private func killAll(of uid: UInt32, within limit: Duration) async -> Int {
        let walk = ProcessWalk([uid], subordinates: .read(of: [uid]))
        let deadline = ContinuousClock.now + limit
        var killed: Set<pid_t> = []
        while true {
            let left = walk.processes()[uid] ?? []
            guard !left.isEmpty else { return 0 }
            for process in left {
                // Held, then looked at once more: the number may have come to somebody else.
                guard let held = ProcessHandle(process), walk.owners(of: process).contains(uid) else { continue }
                held.kill()
            }
            guard ContinuousClock.now < deadline else { return left.count }
            // Whoever forks is chased without a pause.
            if killed.isSuperset(of: left) { try? await Task.sleep(for: .milliseconds(10)) }
            killed.formUnion(left)
        }
    }
}

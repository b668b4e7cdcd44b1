public import HostPrograms

/// Limits on `user-<uid>.slice`, the slice into which systemd puts every session of a person.
///
/// Up to ``fewPeople`` changes go through `systemctl set-property`: one process each, some 10 ms. Ten thousand would take two
/// minutes. Many are therefore written as the very drop-ins that `systemctl set-property` would leave, followed by one
/// `systemctl daemon-reload`, which also puts them in force on slices that run; where it did not, `set-property` follows for that
/// slice. Calling systemd's D-Bus interface ten thousand times was the other way: it makes the same files through the first process
/// of the host, which serves nobody else meanwhile, and needs libsystemd's binary interface. Files and one reload need neither, and
/// a run that is killed in between leaves slices that the next run sees as unfinished.
public struct SystemdSlices: SliceController {
    /// Up to so many people are changed by `systemctl set-property`.
    public static let fewPeople = 32

    public let layout: CgroupLayout
    let programs: any HostPrograms
    let reader: SliceReader
    /// How long processes may take to end by themselves before they are killed.
    let grace: Duration

    /// - Parameters:
    ///   - layout: a ``CgroupLayout/systemd(version:parents:)``.
    ///   - controlDirectory: where systemd keeps the properties that were set for good.
    ///   - grace: how long processes may take to end by themselves before they are killed.
    public init(
        layout: CgroupLayout,
        programs: any HostPrograms = SystemPrograms(),
        controlDirectory: String = "/etc/systemd/system.control",
        grace: Duration = .seconds(2)
    ) {
        self.layout = layout
        self.programs = programs
        self.reader = SliceReader(layout: layout, controlDirectory: controlDirectory)
        self.grace = grace
    }

    public func standing(of uids: [UInt32]) async throws(SliceError) -> [UInt32: SliceStanding] {
        await reader.standing(of: uids)
    }

    public func ourUIDs() throws(SliceError) -> [UInt32] {
        reader.dropIns.uids().sorted()
    }

    public func apply(
        _ limits: [UInt32: SliceLimits],
        progress: @Sendable (Int) -> Void
    ) async -> [UInt32: [SliceProblem]] {
        let standings = await reader.standing(of: Array(limits.keys))
        let due = limits.filter { standings[$0.key]?.needsChange(for: $0.value) ?? true }
        let done = limits.count - due.count
        progress(done)
        let complaints =
            due.count <= Self.fewPeople
            ? await setProperties(due, done: done, progress: progress)
            : await writeDropIns(due, done: done, progress: progress)
        return await look(at: limits, complaints: complaints)
    }

    /// One `systemctl set-property` a person.
    /// - Returns: what it complained of. Whether it failed is seen by looking.
    private func setProperties(
        _ limits: [UInt32: SliceLimits],
        done: Int,
        progress: @Sendable (Int) -> Void
    ) async -> [UInt32: String] {
        var complaints: [UInt32: String] = [:]
        for (count, (uid, limits)) in limits.sorted(by: { $0.key < $1.key }).enumerated() {
            let assignments = SystemdProperty.all.map { $0.assignment(in: limits) }
            do throws(SliceError) {
                try reader.dropIns.mark(uid)
            } catch {
                complaints[uid] = error.description
                continue
            }
            complaints[uid] = await complaint(
                ["set-property", "user-\(uid).slice"] + assignments,
                within: .seconds(20)
            )
            progress(done + count + 1)
        }
        return complaints
    }

    /// The drop-ins of many, and one reload.
    private func writeDropIns(
        _ limits: [UInt32: SliceLimits],
        done: Int,
        progress: @Sendable (Int) -> Void
    ) async -> [UInt32: String] {
        var complaints: [UInt32: String] = [:]
        for (count, (uid, limits)) in limits.sorted(by: { $0.key < $1.key }).enumerated() {
            do throws(SliceError) {
                try reader.dropIns.write(limits, for: uid)
            } catch {
                complaints[uid] = error.description
            }
            // The last step is the reload.
            if count.isMultiple(of: 100) { progress(done + count) }
        }
        await flush()
        if let complaint = await reload() {
            for uid in limits.keys where complaints[uid] == nil { complaints[uid] = complaint }
        }
        let lagging = await waitUntilInForce(limits).filter { complaints[$0.key] == nil }
        complaints.merge(await setProperties(lagging, done: 0) { _ in }) { first, _ in first }
        progress(done + limits.count)
        return complaints
    }

    /// Brings what was written to the disk. One call instead of an fsync a file: fifty thousand of those take minutes. Of this file
    /// system only: sync(2) waits for every one of the host, also for a share whose server is gone.
    private func flush() async {
        _ = try? await programs.run("sync", ["-f", reader.dropIns.directory], input: "", timeLimit: .seconds(30))
    }

    /// systemd answers before it has written to the kernel; that follows within the same turn of its loop.
    /// - Returns: the slices that are set up well, run, and yet do not have their limits.
    private func waitUntilInForce(_ limits: [UInt32: SliceLimits]) async -> [UInt32: SliceLimits] {
        let active = Set(reader.knownUIDs())
        var waiting = limits.filter { active.contains($0.key) }
        for _ in 0..<20 {
            let standings = await reader.standing(of: Array(waiting.keys))
            waiting = waiting.filter { uid, limits in
                standings[uid]?.problems(against: limits).contains { $0.kind == .notInForce } ?? false
            }
            if waiting.isEmpty { break }
            try? await Task.sleep(for: .milliseconds(25))
        }
        return waiting
    }

    private func look(
        at limits: [UInt32: SliceLimits],
        complaints: [UInt32: String]
    ) async -> [UInt32: [SliceProblem]] {
        _ = await waitUntilInForce(limits)
        let standings = await reader.standing(of: Array(limits.keys))
        var problems: [UInt32: [SliceProblem]] = [:]
        for (uid, limits) in limits {
            problems[uid] = standings[uid]?.problems(against: limits).map { problem in
                guard problem.kind != .unsupported, let complaint = complaints[uid] else { return problem }
                return SliceProblem(
                    limit: problem.limit,
                    kind: .failed,
                    reason: "\(problem.reason) It could not be set: \(complaint)"
                )
            }
        }
        return problems
    }

    public func withdraw(_ uids: [UInt32]) async -> [UInt32: SliceProblem] {
        var problems: [UInt32: SliceProblem] = [:]
        for uid in uids {
            do throws(SliceError) {
                try reader.dropIns.remove(of: uid)
            } catch {
                problems[uid] = SliceProblem(limit: nil, kind: .failed, reason: error.description)
            }
        }
        let complaint = await reload()
        for uid in uids where problems[uid] == nil && reader.dropIns.reading(of: uid) != nil {
            problems[uid] = SliceProblem(limit: nil, kind: .failed, reason: "user-\(uid).slice still carries limits.")
        }
        guard let complaint else { return problems }
        for uid in reader.knownUIDs() where uids.contains(uid) && problems[uid] == nil {
            let reason = "The limits of user-\(uid).slice hold until systemd reads its files again: \(complaint)"
            problems[uid] = SliceProblem(limit: nil, kind: .failed, reason: reason)
        }
        return problems
    }

    public func stopEverything(of uid: UInt32) async throws(SliceError) {
        let end = CgroupEnd(directories: layout.directories(of: uid))
        guard !end.processes().isEmpty else { return }
        // Stopping takes as long as the slowest unit likes (90 s); it goes on while we look and lose patience.
        _ = await complaint(["stop", "--no-block", "user-\(uid).slice"], within: .seconds(5))
        if await end.waitUntilEmpty(within: grace) { return }
        _ = await complaint(["kill", "--signal=SIGKILL", "user-\(uid).slice"], within: .seconds(5))
        let left = await end.kill(within: .seconds(5))
        guard left == 0 else { throw .stillRunning(uid: uid, count: left) }
    }

    private func reload() async -> String? { await complaint(["daemon-reload"], within: .seconds(90)) }

    /// - Returns: what `systemctl` said when it did not like it; nil when it did.
    private func complaint(_ arguments: [String], within limit: Duration) async -> String? {
        do throws(HostProgramError) {
            let result = try await programs.run("systemctl", arguments, input: "", timeLimit: limit)
            return result.status == 0 ? nil : result.complaint
        } catch {
            return error.description
        }
    }
}

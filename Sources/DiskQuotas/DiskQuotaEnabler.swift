public import HostPrograms

/// Switches disk limits on, for `sync-users --enable-disk-quota` and never otherwise: a plan, its application with a dated copy
/// of fstab, and a proof by asking the kernel. Killed anywhere, a new plan finishes what is left.
public struct DiskQuotaEnabler: Sendable {
    private let programs: any HostPrograms
    private let survey: DiskSurvey

    /// - Parameters:
    ///   - programs: mount, umount, quotacheck, quotaon and btrfs are run through it.
    ///   - fstab: the file that is edited; no symbolic link.
    public init(programs: any HostPrograms = SystemPrograms(), fstab: String = "/etc/fstab") {
        self.programs = programs
        survey = DiskSurvey(fstab: fstab, programs: programs, byDevice: false)
    }

    /// What has to be done so that the file system of `homes` enforces limits now and after the next boot. Changes nothing.
    /// - Parameter homes: the directory of homes (`/home`), or one home.
    /// - Throws: ``DiskQuotaError`` when the directory cannot be looked at.
    public func plan(forHomes homes: String) throws(DiskQuotaError) -> DiskQuotaPlan {
        var facts = try survey.facts(ofHome: homes)
        if facts.mount.type == "btrfs" { facts.plainHomes = survey.plainHomes(in: homes) }
        return DiskQuotaPlanner(facts: facts).plan
    }

    /// Does the steps in order, stops at the first that fails, and asks the kernel whether limits are enforced now. fstab is
    /// changed only when they are, or when a file system in use has to wait for the next boot.
    /// - Parameter progress: called before each step.
    /// - Returns: `nil` when limits are enforced; else why not.
    public func apply(_ plan: DiskQuotaPlan, progress: @Sendable (DiskQuotaStep) -> Void) async -> DiskProblem? {
        if let obstacle = plan.obstacle { return obstacle }
        var busy: DiskProblem?
        for step in plan.steps {
            progress(step)
            switch step.action {
            case .run(let name, let arguments):
                if let complaint = await complaint(of: name, arguments), !isEnforced(plan) {
                    return failure(of: step, complaint)
                }
            case .mountAnew(let mountPoint, let option):
                switch await mountAnew(mountPoint, option) {
                case .done: break
                case .busy(let complaint): busy = Self.waitsForBoot(mountPoint, complaint)
                case .failed(let complaint): return failure(of: step, complaint)
                }
            case .editFstab(let edit):
                guard busy != nil || isEnforced(plan) else { return unproven(plan) }
                do throws(DiskQuotaError) {
                    _ = try FstabEditor.apply(edit)
                } catch {
                    return DiskProblem(
                        reason: "\(error)",
                        remedy: "make line \(edit.line) of \(edit.path): \(edit.after)"
                    )
                }
            }
        }
        return isEnforced(plan) ? nil : busy ?? unproven(plan)
    }

    // MARK: Steps

    private enum Mounting {
        case done
        case busy(String)
        case failed(String)
    }

    private func mountAnew(_ mountPoint: String, _ option: String) async -> Mounting {
        if let complaint = await complaint(of: "umount", [mountPoint]) { return .busy(complaint) }
        guard let complaint = await complaint(of: "mount", ["-o", option, mountPoint]) else { return .done }
        let second = await self.complaint(of: "mount", [mountPoint])
        return .failed(second.map { "\(complaint); and it could not be mounted as it was: \($0)" } ?? complaint)
    }

    /// What a program said when it failed; `nil` when it did not.
    private func complaint(of name: String, _ arguments: [String]) async -> String? {
        do throws(HostProgramError) {
            // Counting a large file system takes its time.
            let result = try await programs.run(name, arguments, input: "", timeLimit: .seconds(6 * 3600))
            return result.status == 0 ? nil : result.complaint
        } catch {
            return "\(error)"
        }
    }

    private func isEnforced(_ plan: DiskQuotaPlan) -> Bool {
        guard let facts = try? survey.facts(ofHome: plan.homes) else { return false }
        return facts.enforced && !facts.inconsistent && facts.mount.fileSystem.kind == plan.fileSystem.kind
    }

    // MARK: What went wrong

    private func failure(of step: DiskQuotaStep, _ complaint: String) -> DiskProblem {
        DiskProblem(
            reason: "“\(step.what)” failed: \(complaint)",
            remedy:
                "nothing that lasts was changed; take back what was done before with “\(step.undo)”, mend the cause, and run this "
                + "again. “No such process” from quotaon means that the kernel lacks the module quota_v2 (Ubuntu's cloud kernels: "
                + "install linux-modules-extra-$(uname -r))"
        )
    }

    private func unproven(_ plan: DiskQuotaPlan) -> DiskProblem {
        DiskProblem(
            reason:
                "every step was done, and still the kernel says that \(plan.fileSystem.mountPoint) holds nobody to limits",
            remedy: "reboot, so that it is mounted from the start with what fstab says, and run this again"
        )
    }

    private static func waitsForBoot(_ mountPoint: String, _ complaint: String) -> DiskProblem {
        DiskProblem(
            reason: "\(mountPoint) is in use and could not be mounted anew (\(complaint)); fstab has the option now",
            remedy: "reboot, or end what uses it (fuser -vm \(ShellWord.quoted(mountPoint))) and run this again"
        )
    }
}

import HostChanges
import HostPrograms
import ManagedFiles

/// One setting of the engine in the administrator's `daemon.json`.
///
/// What is there and says something else stays, and is shown as pending; with `--force` it is changed, and put back by an uninstall.
struct DaemonSettingStep: Step {
    let component = Component.docker
    let setting: DaemonSetting
    let host: Host

    var title: String { setting.title }

    func look() async throws -> StepStanding {
        guard host.programs.has("dockerd") else {
            return .later(PlannedChange(.file, "add to \(DaemonFile.path)"), after: "the engine is installed")
        }
        let file = DaemonFile(on: host)
        let object: JSONObjectText
        do { object = try file.object() } catch let error as StepFailure { return .blocked(error.reason) }
        switch try await standing(object) {
        case .held:
            return .done
        case .missing(let values):
            if setting.kind == .userNamespace, let obstacle = try noUserNamespaces() { return .blocked(obstacle) }
            return .needed([try change(values, object)])
        case .other(let theirs, let values, let why):
            let change = try change(values, object)
            // A flag cannot be overruled from the file: dockerd would not start.
            if host.options.force, !theirs.hasPrefix("flag") { return .needed([change]) }
            return .pending(change, why: "it was set to \(theirs), and stays so: \(why)")
        case .costly(let values, let why):
            let change = try change(values, object)
            return host.options.force ? .needed([change]) : .pending(change, why: why)
        }
    }

    func traces() async throws -> [HostTrace] { [.file(DaemonFile.path)] }

    func apply(_ report: StepReport) async throws {
        let file = DaemonFile(on: host)
        let values: [DaemonSetting.Value]
        switch try await standing(try file.object()) {
        case .held: return
        case .missing(let missing): values = missing
        case .other(_, let ours, _), .costly(let ours, _):
            guard host.options.force else { return }
            values = ours
        }
        try await file.write(values, report: report)
    }

    private func standing(_ object: JSONObjectText) async throws -> DaemonSetting.Standing {
        let file = DaemonFile(on: host)
        return setting.standing(
            in: object,
            flags: try await file.flags(),
            report: try await DockerCommand(host.programs).report(),
            wrote: await file.wrote()
        )
    }

    private func change(_ values: [DaemonSetting.Value], _ object: JSONObjectText) throws -> PlannedChange {
        var changed = object
        for value in values { changed.set(value.json, at: value.path) }
        let old = try DaemonFile(on: host).text() ?? ""
        return PlannedChange(
            .file,
            "\(old.isEmpty ? "create" : "change") \(DaemonFile.path): \(values.map(\.description).joined(separator: ", "))",
            diff: LineDiff.unified(from: old, to: changed.text, name: DaemonFile.path)
        )
    }

    private func noUserNamespaces() throws -> String? {
        let limit = try host.files.text(of: "/proc/sys/user/max_user_namespaces")
        guard let limit, limit.split(whereSeparator: \.isWhitespace).first == "0" else { return nil }
        return
            "this kernel makes no user namespaces (user.max_user_namespaces is 0), and the engine would not start with userns-remap. "
            + "Allow them: sysctl user.max_user_namespaces=15000, and the same in a file of /etc/sysctl.d."
    }
}

extension CgroupLayout {
    /// Looks how this host keeps processes together. Changes nothing.
    /// - Parameters:
    ///   - controller: what the administrator asks for.
    ///   - treeName: the name of our own tree.
    ///   - mountInfo: proc_pid_mountinfo(5), where hierarchies are mounted.
    ///   - systemdDirectory: there when systemd is the first process (sd_booted(3)).
    ///   - forReading: whether the caller only reads; hierarchies that it sees read-only (`ProtectControlGroups=`) will do then.
    public static func detect(
        controller: Choice,
        treeName: String,
        forReading: Bool = false,
        mountInfo: String = "/proc/self/mountinfo",
        systemdDirectory: String = "/run/systemd/system"
    ) -> CgroupLayout {
        let hasSystemd = CgroupFile.isDirectory(systemdDirectory)
        switch controller {
        case .none: return .none(reason: "limits.controller is none, so nothing limits what people run.")
        case .systemd where !hasSystemd:
            return .none(reason: "systemd does not run on this host; set limits.controller to auto or cgroup.")
        case .auto, .systemd, .cgroup: break
        }
        guard let text = CgroupFile.text(of: mountInfo) else {
            return .none(reason: "\(mountInfo) cannot be read, so it is not known where the kernel keeps its cgroups.")
        }
        let mounts = CgroupMounts(parsing: text)
        return hasSystemd && controller != .cgroup
            ? systemd(mounts) : own(mounts, treeName: treeName, forReading: forReading)
    }

    private static func systemd(_ mounts: CgroupMounts) -> CgroupLayout {
        if !mounts.controllers.isEmpty {
            let parents = mounts.controllers.mapValues { "\($0.path)/user.slice" }
            return .systemd(version: mounts.unified == nil ? .v1 : .hybrid, parents: parents)
        }
        guard let unified = mounts.unified else { return .none(reason: noCgroups) }
        let names = controllers(in: "\(unified.path)/cgroup.controllers")
        guard !names.isEmpty else { return .none(reason: noControllers(unified.path)) }
        // cgroup v2 counts processor time without any controller.
        return .systemd(
            version: .v2,
            parents: Dictionary(
                uniqueKeysWithValues: names.union([.cpuacct]).map { ($0, "\(unified.path)/user.slice") }
            )
        )
    }

    private static func own(_ mounts: CgroupMounts, treeName: String, forReading: Bool) -> CgroupLayout {
        if !mounts.controllers.isEmpty {
            if !forReading, let mount = mounts.controllers.values.first(where: \.isReadOnly) {
                return readOnly(mount.path)
            }
            return .ownV1(parents: mounts.controllers.mapValues { "\($0.path)/\(treeName)" })
        }
        guard let unified = mounts.unified else { return .none(reason: noCgroups) }
        guard forReading || !unified.isReadOnly else { return readOnly(unified.path) }
        let missing = Set<CgroupController>([.cpu, .memory, .pids]).subtracting(
            controllers(in: "\(unified.path)/cgroup.controllers")
        )
        guard missing.isEmpty else { return .none(reason: noControllers(unified.path)) }
        return .ownV2(parent: "\(unified.path)/\(treeName)")
    }

    /// The controllers that a file like `cgroup.controllers` names.
    static func controllers(in path: String) -> Set<CgroupController> {
        let text = CgroupFile.text(of: path) ?? ""
        return Set(text.split(whereSeparator: \.isWhitespace).compactMap { CgroupController(rawValue: String($0)) })
    }

    private static func readOnly(_ path: String) -> CgroupLayout {
        .none(
            reason:
                "\(path) is mounted read-only, as in a container without privileges: run the bridge on the host, or mount "
                + "the cgroups of the container writable."
        )
    }

    private static func noControllers(_ path: String) -> String {
        "\(path)/cgroup.controllers does not offer cpu, memory and pids, as in a container to which they were not delegated: "
            + "run the bridge on the host, or delegate the controllers (systemd: Delegate=yes)."
    }

    private static let noCgroups =
        "No cgroup file system is mounted; mount one (`mount -t cgroup2 none /sys/fs/cgroup`) or start systemd."

    /// Directories of the platform's former limits, `/sys/fs/cgroup/user/NAME`: they never limited anything and hold no process.
    /// In the order in which rmdir(2) can remove them.
    public static func legacyTrees(root: String = "/sys/fs/cgroup") -> [String] {
        let parent = "\(root)/user"
        let trees = CgroupFile.children(of: parent)
        let empty = trees.filter(isDead).sorted()
        let hasOnlyEmpty = empty.count == trees.count && isCgroup(parent) && CgroupFile.processes(of: parent).isEmpty
        return hasOnlyEmpty ? empty + [parent] : empty
    }

    private static func isCgroup(_ path: String) -> Bool { CgroupFile.exists("\(path)/cgroup.procs") }

    /// A cgroup without processes and without children: the platform made one level, whatever is deeper is not its own.
    private static func isDead(_ path: String) -> Bool {
        isCgroup(path) && CgroupFile.processes(of: path).isEmpty && CgroupFile.children(of: path).isEmpty
    }
}

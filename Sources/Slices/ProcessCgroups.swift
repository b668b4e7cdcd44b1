/// Where a process is counted, from proc_pid_cgroup(5).
struct ProcessCgroups: Sendable, Equatable {
    /// The paths that matter for limits, as the kernel names them: of cgroup v2, of systemd, and of the
    /// hierarchies of our controllers.
    let paths: [String]

    /// - Parameter text: lines of `number:controllers:path`; others are left out.
    init(parsing text: String) {
        paths = text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return nil }
            let isOurs = fields[1].split(separator: ",").contains { CgroupController(rawValue: String($0)) != nil }
            // Without a controller that it needs, systemd on v1 keeps a slice in its own hierarchy only.
            return fields[1].isEmpty || fields[1] == "name=systemd" || isOurs ? String(fields[2]) : nil
        }
    }

    /// Whether one of them is a directory of this name or below it.
    /// - Parameter parent: what its parent must be called; nil for anything.
    func contain(_ name: String, in parent: String?) -> Bool {
        paths.contains { path in
            let parts = path.split(separator: "/")
            return parts.indices.contains { index in
                parts[index] == name && (parent.map { index > 0 && parts[index - 1] == $0 } ?? true)
            }
        }
    }

    /// The one to tell of: where the process is, rather than a root in which nothing is counted.
    var telling: String { paths.max { $0.count < $1.count } ?? "/" }
}

/// A controller of the kernel that a limit or a number comes from.
public enum CgroupController: String, Sendable, Hashable, CaseIterable, Codable {
    case cpu
    /// Processor time used; part of ``cpu`` on cgroup v2.
    case cpuacct
    case memory
    case pids
}

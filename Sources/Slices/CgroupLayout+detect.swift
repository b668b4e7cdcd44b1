extension CgroupLayout {
    /// Looks how this host keeps processes together. Changes nothing.
    /// - Parameters:
    ///   - controller: what the administrator asks for.
    ///   - treeName: the name of our own tree.
    ///   - mountInfo: proc(5), where hierarchies are mounted.
    ///   - systemdDirectory: there when systemd is the first process (sd_booted(3)).
    public static func detect(
        controller: Choice,
        treeName: String,
        mountInfo: String = "/proc/self/mountinfo",
        systemdDirectory: String = "/run/systemd/system"
    ) -> CgroupLayout {
        .none(reason: "Not looked at yet.")
    }

    /// Directories of the platform's former limits, `/sys/fs/cgroup/user/NAME`: they never limited anything and hold no process.
    /// In the order in which rmdir(2) can remove them.
    public static func legacyTrees(root: String = "/sys/fs/cgroup") -> [String] { [] }
}

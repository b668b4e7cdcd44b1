internal import Glibc

/// On whose behalf this process runs: whoever is stopped as a whole must not be one of them, or the work ends in the middle of itself.
struct CallerIdentity: Sendable {
    /// By uid, what shows it.
    let evidence: [UInt32: String]

    /// - Parameters:
    ///   - cgroup: proc_pid_cgroup(5) of this process.
    ///   - treeName: what our own tree is called; nil where there is none.
    ///   - logInUID: `/proc/self/loginuid`, which a log-in sets and sudo(8) and su(1) leave (pam_loginuid(8)).
    ///   - sudo: `SUDO_UID`.
    init(cgroup: String, treeName: String?, logInUID: String?, sudo: String?, uid: UInt32) {
        var evidence: [UInt32: String] = [:]
        if let uid = logInUID.flatMap({ UInt32($0.filter { !$0.isWhitespace }) }), uid != .max {
            evidence[uid] = "this command was called from a log-in of uid \(uid)"
        }
        if let uid = sudo.flatMap({ UInt32($0) }) { evidence[uid] = "this command was called by uid \(uid) with sudo" }
        for part in ProcessCgroups(parsing: cgroup).paths {
            guard let owner = Self.owner(of: part, treeName: treeName) else { continue }
            evidence[owner] = "this command itself runs in \(part)"
        }
        evidence[uid] = "this command itself runs as uid \(uid)"
        evidence[0] = nil
        self.evidence = evidence
    }

    /// Of this very process.
    static func current(treeName: String?) -> CallerIdentity {
        CallerIdentity(
            cgroup: CgroupFile.text(of: "/proc/self/cgroup") ?? "",
            treeName: treeName,
            logInUID: CgroupFile.text(of: "/proc/self/loginuid"),
            sudo: getenv("SUDO_UID").map { String(cString: $0) },
            uid: getuid()
        )
    }

    private static func owner(of path: String, treeName: String?) -> UInt32? {
        let parts = path.split(separator: "/").map(String.init)
        for (index, part) in parts.enumerated() {
            if let uid = SliceName.uid(of: part, suffix: ".slice") { return uid }
            if index > 0, parts[index - 1] == treeName, let uid = SliceName.uid(of: part, suffix: "") { return uid }
        }
        return nil
    }
}

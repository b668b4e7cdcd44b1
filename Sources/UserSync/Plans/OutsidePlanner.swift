public import Identity
public import Slices
public import SyncReport

/// Who of ours runs something where none of their limits hold.
public enum OutsidePlanner {
    /// At most one finding a person. Those who are switched off are left to the end of all that they run.
    /// - Parameter outside: what people run outside of their slices.
    public static func findings(
        _ membership: Membership,
        layout: CgroupLayout,
        outside: (_ uids: Set<UInt32>) -> [UInt32: OutsideProcesses]
    ) -> [SyncFinding] {
        let active = membership.members.filter { $0.person.isActive && $0.account != nil }
        let found = outside(Set(active.compactMap(\.account?.uid)))
        return active.compactMap { member in
            member.account.flatMap { found[$0.uid] }.map { finding(member.person.name, $0, layout: layout) }
        }
    }

    private static func finding(_ name: UserName, _ outside: OutsideProcesses, layout: CgroupLayout) -> SyncFinding {
        let what = outside.count == 1 ? "A process of \(name) runs" : "\(outside.count) processes of \(name) run"
        let remedy =
            layout.isSystemd
            ? "Add `session optional pam_systemd.so` to the PAM service that starts it (/etc/pam.d/cron, /etc/pam.d/atd), "
                + "and start it again."
            : "Without systemd only the servers of JupyterHub are limited; see \"Who escapes the limits\" in docs/administrator.md."
        return SyncFinding(
            area: .limits,
            user: name.rawValue,
            kind: "outside-of-limits",
            text:
                "\(what) outside of what limits them, in \(outside.cgroup): process \(outside.example) (\(outside.program))"
                + (outside.count == 1 ? "." : " and others."),
            remedy: remedy
        )
    }
}

/// The releases that are known. Each fact's source stands behind it: the distribution's own package index or release notes,
/// by name; "seen" where a package of it was looked into.
enum DistributionTable {
    /// The oldest systemd of any line below (RHEL 8).
    static let minimumSystemd = 239
    static let known = "Debian, Ubuntu, Fedora, RHEL and its rebuilds, Amazon Linux, Arch, openSUSE and SLES"

    /// The facts of a release; those of the newest known one for a newer or rolling one; nil for one that is too old.
    static func release(of lineage: Lineage, _ version: DistributionVersion?) -> ReleaseFacts? {
        let lines = releases.filter { $0.lineage == lineage }
        guard let version else { return lines.last }
        return lines.last { $0.from <= version }
    }

    static func oldest(of lineage: Lineage) -> ReleaseFacts? { releases.first { $0.lineage == lineage } }

    // www.debian.org/releases, and wiki.ubuntu.com/Releases: code names and numbers.
    static let debianReleases: [String: DistributionVersion] = [
        "buster": .init(10), "bullseye": .init(11), "bookworm": .init(12), "trixie": .init(13), "forky": .init(14),
    ]
    static let ubuntuReleases: [String: DistributionVersion] = [
        "bionic": .init(18, 4), "focal": .init(20, 4), "jammy": .init(22, 4), "noble": .init(24, 4),
        "oracular": .init(24, 10), "plucky": .init(25, 4), "questing": .init(25, 10), "resolute": .init(26, 4),
    ]

    // MARK: - Pythons

    /// Debian cuts `ensurepip` out of python3 and into python3-venv (its README.venv).
    private static func debianPython(_ version: String) -> PythonChoice {
        PythonChoice(program: "python\(version)", packages: ["python3", "python3-venv"])
    }
    /// AppStream's additional Pythons stand beside the platform's own (RHEL 8 and 9, "Installing and using Python").
    private static func additional(_ versions: String...) -> [PythonChoice] {
        versions.map { PythonChoice(program: "python\($0)", packages: ["python\($0)", "python\($0)-pip"]) }
    }
    /// openSUSE's packages carry the number without its dot (en.opensuse.org/openSUSE:Packaging_Python).
    private static func suse(_ versions: String...) -> [PythonChoice] {
        versions.map {
            let joined = "python" + $0.filter { $0 != "." }
            return PythonChoice(program: "python\($0)", packages: [joined, "\(joined)-pip"])
        }
    }
    private static let plain = [PythonChoice(program: "python3", packages: ["python3"])]

    // MARK: - The table

    // Sources, where a line names no other: packages.debian.org; packages.ubuntu.com and changelogs.ubuntu.com; Red Hat
    // "RHEL release notes" and "Package manifest"; Fedora's src.fedoraproject.org and change pages; archlinux.org/packages;
    // the release notes on doc.opensuse.org, and software.opensuse.org; docs.aws.amazon.com/linux/al2023.
    // Ends of life: debian.org/releases, ubuntu.com/about/release-cycle, access.redhat.com/support/policy/updates/errata,
    // docs.fedoraproject.org/releases/eol, en.opensuse.org/Lifetime.
    static let releases: [ReleaseFacts] = [
        ReleaseFacts(
            lineage: .debian,
            from: .init(11),
            name: "Debian 11",
            codename: "bullseye",
            packageManager: .apt,
            systemd: 247,
            cgroup: 2,
            glibc: .init(2, 31),
            mandatoryAccess: .appArmor,
            firewall: .none,
            pythons: [],  // 3.9
            upgradeTo: "Debian 12 or 13",
            endOfLife: "2026-08"
        ),
        ReleaseFacts(
            lineage: .debian,
            from: .init(12),
            name: "Debian 12",
            codename: "bookworm",
            packageManager: .apt,
            systemd: 252,
            cgroup: 2,
            glibc: .init(2, 36),  // seen
            mandatoryAccess: .appArmor,
            firewall: .none,
            pythons: [debianPython("3.11")],
            endOfLife: "2028-06"  // seen
        ),
        ReleaseFacts(
            lineage: .debian,
            from: .init(13),
            name: "Debian 13",
            codename: "trixie",
            packageManager: .apt,
            systemd: 257,
            cgroup: 2,
            glibc: .init(2, 41),
            mandatoryAccess: .appArmor,
            firewall: .none,
            pythons: [debianPython("3.13")],
            endOfLife: "2030-06",
            // The command is a package of its own since docker.io 26 (trixie's release notes).
            exceptions: [.dockerDistribution: "docker.io docker-cli"]
        ),
        ReleaseFacts(
            lineage: .debian,
            from: .init(14),
            name: "Debian 14",
            codename: "forky",
            packageManager: .apt,
            systemd: 258,
            cgroup: 2,
            glibc: nil,
            mandatoryAccess: .appArmor,
            firewall: .none,
            pythons: [PythonChoice(program: "python3", packages: ["python3", "python3-venv"])],
            endOfLife: nil,
            exceptions: [.dockerDistribution: "docker.io docker-cli"]
        ),
        ReleaseFacts(
            lineage: .ubuntu,
            from: .init(20, 4),
            name: "Ubuntu 20.04",
            codename: "focal",
            packageManager: .apt,
            systemd: 245,
            cgroup: 1,
            glibc: .init(2, 31),
            mandatoryAccess: .appArmor,
            firewall: .ufwInactive,
            pythons: [],  // 3.8
            upgradeTo: "Ubuntu 22.04 or 24.04",
            endOfLife: "2025-05"
        ),
        ReleaseFacts(
            lineage: .ubuntu,
            from: .init(22, 4),
            name: "Ubuntu 22.04",
            codename: "jammy",
            packageManager: .apt,
            systemd: 249,
            cgroup: 2,
            glibc: .init(2, 35),  // cgroup 2 since 21.10
            mandatoryAccess: .appArmor,
            firewall: .ufwInactive,
            pythons: [debianPython("3.10")],
            endOfLife: "2027-06"
        ),
        ReleaseFacts(
            lineage: .ubuntu,
            from: .init(24, 4),
            name: "Ubuntu 24.04",
            codename: "noble",
            packageManager: .apt,
            systemd: 255,
            cgroup: 2,
            glibc: .init(2, 39),
            mandatoryAccess: .appArmor,
            firewall: .ufwInactive,
            pythons: [debianPython("3.12")],
            endOfLife: "2029-05"
        ),
        ReleaseFacts(
            lineage: .ubuntu,
            from: .init(24, 10),
            name: "Ubuntu after 24.04",
            codename: nil,
            packageManager: .apt,
            systemd: 256,
            cgroup: 2,
            glibc: .init(2, 40),
            mandatoryAccess: .appArmor,
            firewall: .ufwInactive,
            pythons: [PythonChoice(program: "python3", packages: ["python3", "python3-venv"])],
            endOfLife: nil
        ),
        ReleaseFacts(
            lineage: .enterpriseLinux,
            from: .init(8),
            name: "RHEL 8",
            packageManager: .dnf4,
            systemd: 239,
            cgroup: 1,
            glibc: .init(2, 28),
            mandatoryAccess: .selinux,
            firewall: .firewalld,
            pythons: additional("3.12", "3.11"),  // the platform's is 3.6
            endOfLife: "2029-05",
            exceptions: [.runtimeLibraries: "pam libxcrypt sqlite-libs"]  // libxcrypt still holds libcrypt.so.1
        ),
        ReleaseFacts(
            lineage: .enterpriseLinux,
            from: .init(9),
            name: "RHEL 9",
            packageManager: .dnf4,
            systemd: 252,
            cgroup: 2,
            glibc: .init(2, 34),
            mandatoryAccess: .selinux,
            firewall: .firewalld,
            pythons: additional("3.12", "3.11"),  // the platform's is 3.9
            endOfLife: "2032-05"
        ),
        ReleaseFacts(
            lineage: .enterpriseLinux,
            from: .init(10),
            name: "RHEL 10",
            packageManager: .dnf4,
            systemd: 257,
            cgroup: 2,
            glibc: .init(2, 39),
            mandatoryAccess: .selinux,
            firewall: .firewalld,
            pythons: plain,  // 3.12
            endOfLife: "2035-05"
        ),
        ReleaseFacts(
            lineage: .amazonLinux,
            from: .init(2023),
            name: "Amazon Linux 2023",
            packageManager: .dnf4,
            systemd: 252,
            cgroup: 2,
            glibc: .init(2, 34),
            mandatoryAccess: .selinux,
            firewall: .none,  // permissive by default
            pythons: additional("3.12", "3.11"),  // the platform's is 3.9
            endOfLife: "2029-06"
        ),
        ReleaseFacts(
            // dnf5 since 41: fedoraproject.org/wiki/Changes/SwitchToDnf5.
            lineage: .fedora,
            from: .init(41),
            name: "Fedora 41",
            packageManager: .dnf5,
            systemd: 256,
            cgroup: 2,
            glibc: .init(2, 40),
            mandatoryAccess: .selinux,
            firewall: .firewalld,
            pythons: plain,  // 3.13
            endOfLife: "2025-12"
        ),
        ReleaseFacts(
            lineage: .fedora,
            from: .init(42),
            name: "Fedora 42",
            packageManager: .dnf5,
            systemd: 257,
            cgroup: 2,
            glibc: .init(2, 41),
            mandatoryAccess: .selinux,
            firewall: .firewalld,
            pythons: plain,  // 3.13
            endOfLife: "2026-05"
        ),
        ReleaseFacts(
            lineage: .fedora,
            from: .init(43),
            name: "Fedora 43",
            packageManager: .dnf5,
            systemd: 258,
            cgroup: 2,
            glibc: .init(2, 42),
            mandatoryAccess: .selinux,
            firewall: .firewalld,
            pythons: plain,  // 3.14
            endOfLife: nil
        ),
        ReleaseFacts(
            lineage: .arch,
            from: .init(0),
            name: "Arch Linux",
            packageManager: .pacman,
            systemd: 258,
            cgroup: 2,
            glibc: nil,
            mandatoryAccess: .none,
            firewall: .none,
            pythons: [PythonChoice(program: "python3", packages: ["python"])],
            endOfLife: nil
        ),
        ReleaseFacts(
            lineage: .leap,
            from: .init(15, 6),
            name: "openSUSE Leap 15.6",
            packageManager: .zypper,
            systemd: 254,
            cgroup: 1,
            glibc: .init(2, 38),
            mandatoryAccess: .appArmor,
            firewall: .firewalld,
            pythons: suse("3.12", "3.11"),  // the system's is 3.6
            endOfLife: "2026-04"
        ),
        ReleaseFacts(
            // SELinux on new installations: get.opensuse.org/leap/16.0, release notes.
            lineage: .leap,
            from: .init(16),
            name: "openSUSE Leap 16",
            packageManager: .zypper,
            systemd: 257,
            cgroup: 2,
            glibc: .init(2, 40),
            mandatoryAccess: .selinux,
            firewall: .firewalld,
            pythons: suse("3.13", "3.12"),
            endOfLife: nil
        ),
        ReleaseFacts(
            // SELinux on new installations since snapshot 20250211 (news.opensuse.org); older ones keep AppArmor.
            lineage: .tumbleweed,
            from: .init(0),
            name: "openSUSE Tumbleweed",
            packageManager: .zypper,
            systemd: 258,
            cgroup: 2,
            glibc: nil,
            mandatoryAccess: .selinux,
            firewall: .firewalld,
            pythons: suse("3.13", "3.14", "3.12"),
            endOfLife: nil
        ),
    ]
}

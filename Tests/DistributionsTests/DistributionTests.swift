import Testing

@testable import Distributions

@Suite("From os-release to the facts of a distribution")
struct DistributionTests {
    /// What was found, in a line.
    static func line(_ text: String) -> String {
        do {
            let found = try Distribution(OSRelease(parsing: text))
            let python = found.pythons.first?.program ?? "no Python"
            return """
                \(found.lineage.rawValue) \(found.version?.description ?? "-") \(found.isDerivative ? "derived" : "itself") \
                \(found.packageManager.rawValue) \(python) \(found.pamFlavour) \(found.nginx.user) \
                \(found.mandatoryAccess.rawValue) \(found.firewall.rawValue) cgroup\(found.cgroupVersion)
                """
        } catch {
            return switch error {
            case .unknown: "unknown"
            case .tooOld(_, let minimum): "too old, from \(minimum)"
            case .imageBased: "image"
            case .withoutSystemd: "no systemd"
            }
        }
    }

    static let expected: [(String, String)] = [
        ("debian11", "debian 11 itself apt no Python debian www-data appArmor none cgroup2"),
        ("debian12", "debian 12 itself apt python3.11 debian www-data appArmor none cgroup2"),
        ("debian13", "debian 13 itself apt python3.13 debian www-data appArmor none cgroup2"),
        ("sid", "debian - itself apt python3 debian www-data appArmor none cgroup2"),
        ("raspbian12", "debian 12 itself apt python3.11 debian www-data appArmor none cgroup2"),
        ("lmde6", "debian 12 derived apt python3.11 debian www-data appArmor none cgroup2"),
        ("ubuntu2004", "ubuntu 20.4 itself apt no Python debian www-data appArmor ufwInactive cgroup1"),
        ("ubuntu2204", "ubuntu 22.4 itself apt python3.10 debian www-data appArmor ufwInactive cgroup2"),
        ("ubuntu2404", "ubuntu 24.4 itself apt python3.12 debian www-data appArmor ufwInactive cgroup2"),
        ("ubuntu2510", "ubuntu 25.10 itself apt python3 debian www-data appArmor ufwInactive cgroup2"),
        ("mint22", "ubuntu 24.4 derived apt python3.12 debian www-data appArmor ufwInactive cgroup2"),
        ("zorin17", "ubuntu 22.4 derived apt python3.10 debian www-data appArmor ufwInactive cgroup2"),
        ("pop2204", "ubuntu 22.4 derived apt python3.10 debian www-data appArmor ufwInactive cgroup2"),
        ("rhel8", "enterpriseLinux 8.10 itself dnf4 python3.12 redhat nginx selinux firewalld cgroup1"),
        ("rhel10", "enterpriseLinux 10.0 itself dnf4 python3 redhat nginx selinux firewalld cgroup2"),
        ("rocky9", "enterpriseLinux 9.5 itself dnf4 python3.12 redhat nginx selinux firewalld cgroup2"),
        ("alma9", "enterpriseLinux 9.5 itself dnf4 python3.12 redhat nginx selinux firewalld cgroup2"),
        ("stream9", "enterpriseLinux 9 itself dnf4 python3.12 redhat nginx selinux firewalld cgroup2"),
        ("oracle8", "enterpriseLinux 8.10 itself dnf4 python3.12 redhat nginx selinux firewalld cgroup1"),
        ("cloudlinux9", "enterpriseLinux 9.5 derived dnf4 python3.12 redhat nginx selinux firewalld cgroup2"),
        ("centos7", "too old, from RHEL 8"),
        ("amazon2023", "amazonLinux 2023 itself dnf4 python3.12 redhat nginx selinux none cgroup2"),
        ("amazon2", "too old, from Amazon Linux 2023"),
        ("fedora41", "fedora 41 itself dnf5 python3 redhat nginx selinux firewalld cgroup2"),
        ("fedora43", "fedora 43 itself dnf5 python3 redhat nginx selinux firewalld cgroup2"),
        ("fedora40", "too old, from Fedora 41"),
        ("silverblue", "image"),
        ("nobara41", "fedora 41 derived dnf5 python3 redhat nginx selinux firewalld cgroup2"),
        ("arch", "arch - itself pacman python3 arch http none none cgroup2"),
        ("endeavouros", "arch - derived pacman python3 arch http none none cgroup2"),
        ("cachyos", "arch - derived pacman python3 arch http none none cgroup2"),
        ("manjaro", "arch - derived pacman python3 arch http none none cgroup2"),
        ("leap156", "leap 15.6 itself zypper python3.12 suse nginx appArmor firewalld cgroup1"),
        ("leap155", "too old, from openSUSE Leap 15.6"),
        ("leap16", "leap 16.0 itself zypper python3.13 suse nginx selinux firewalld cgroup2"),
        ("tumbleweed", "tumbleweed - itself zypper python3.13 suse nginx selinux firewalld cgroup2"),
        ("sles156", "leap 15.6 itself zypper python3.12 suse nginx appArmor firewalld cgroup1"),
        ("microos", "image"),
        ("devuan5", "no systemd"),
        ("alpine", "no systemd"),
        ("nixos", "unknown"),
        ("kali", "unknown"),
    ]

    @Test("each known system leads to its line of the table, each other to a reason", arguments: expected)
    func table(name: String, line: String) throws {
        #expect(Self.line(try #require(SystemTexts.all[name])) == line)
    }

    @Test("every text of the corpus is expected somewhere")
    func whole() {
        #expect(Set(SystemTexts.all.keys) == Set(Self.expected.map(\.0)))
    }

    @Test("a system that is not known is told what it would need")
    func wayOut() {
        let error = DistributionError.unknown(name: "NixOS", id: "nixos")
        for word in ["package manager", "systemd 239", "nginx", "ID_LIKE"] { #expect("\(error)".contains(word)) }
    }

    // MARK: - Packages

    static func found(_ name: String) throws -> Distribution {
        try Distribution(OSRelease(parsing: try #require(SystemTexts.all[name])))
    }

    static func names(_ choice: PackageChoice) -> String {
        switch choice {
        case .packages(let names): names.joined(separator: " ")
        case .alternatives(let sets, _): sets.map { $0.joined(separator: " ") }.joined(separator: " | ")
        case .unavailable: "unavailable"
        }
    }

    @Test(
        "packages are called what they are called there",
        arguments: [
            ("debian12", .dockerDistribution, "docker.io"),
            ("debian13", .dockerDistribution, "docker.io docker-cli"),
            ("ubuntu2404", .dockerCompose, "docker-compose-v2"),
            ("ubuntu2204", .pythonVenv, "python3 python3-venv"),
            ("debian11", .pythonVenv, "unavailable"),
            ("ubuntu2004", .pythonVenv, "unavailable"),
            ("rhel8", .pythonVenv, "python3.12 python3.12-pip | python3.11 python3.11-pip"),
            ("rocky9", .runtimeLibraries, "pam libxcrypt-compat sqlite-libs"),
            ("rhel8", .runtimeLibraries, "pam libxcrypt sqlite-libs"),
            ("rocky9", .dockerDistribution, "unavailable"),
            ("rocky9", .apparmorParser, ""),
            ("fedora43", .dockerDistribution, "moby-engine docker-cli | moby-engine"),
            ("fedora43", .sqliteTool, "sqlite"),
            ("arch", .quotaTools, "quota-tools"),
            ("arch", .dockerCE, "unavailable"),
            ("leap156", .pythonVenv, "python312 python312-pip | python311 python311-pip"),
            ("leap156", .node, "nodejs22 npm22 | nodejs24 npm24 | nodejs20 npm20 | nodejs-default npm-default"),
            ("amazon2023", .dockerDistribution, "docker"),
        ] as [(String, Requirement, String)]
    )
    func packages(name: String, requirement: Requirement, names: String) throws {
        #expect(Self.names(try Self.found(name).packages(requirement)) == names)
    }

    @Test("every requirement has names that a package manager takes, or a way out, on every known system")
    func complete() throws {
        for text in SystemTexts.all.values {
            guard let found = try? Distribution(OSRelease(parsing: text)) else { continue }
            for requirement in Requirement.allCases {
                switch found.packages(requirement) {
                case .packages(let names): #expect(names.allSatisfy { !$0.isEmpty })
                case .alternatives(let sets, let wayOut):
                    #expect(!sets.isEmpty && !wayOut.isEmpty)
                case .unavailable(let why, let wayOut): #expect(!why.isEmpty && !wayOut.isEmpty)
                }
            }
        }
    }

    @Test("the lines of a lineage go upwards, so that the last that fits is the right one")
    func ordered() {
        for lineage in Lineage.allCases {
            let lines = DistributionTable.releases.filter { $0.lineage == lineage }.map(\.from)
            #expect(!lines.isEmpty)
            #expect(lines == lines.sorted())
        }
    }

    @Test(
        "Docker's own packages come from the directory of the release they were made for",
        arguments: [
            ("debian12", "https://download.docker.com/linux/debian bookworm stable"),
            ("mint22", "https://download.docker.com/linux/ubuntu noble stable"),
            ("lmde6", "https://download.docker.com/linux/debian bookworm stable"),
            ("raspbian12", "https://download.docker.com/linux/raspbian bookworm stable"),
            ("rhel8", "https://download.docker.com/linux/rhel/8/$basearch/stable - "),
            ("rocky9", "https://download.docker.com/linux/centos/9/$basearch/stable - "),
            ("fedora43", "https://download.docker.com/linux/fedora/43/$basearch/stable - "),
            ("arch", "none"), ("leap16", "none"), ("amazon2023", "none"),
        ]
    )
    func docker(name: String, line: String) throws {
        let address = try Self.found(name).dockerRepository
        let text = address.map { "\($0.url) \($0.suite ?? "-") \($0.components.joined(separator: " "))" } ?? "none"
        #expect(text == line)
        if let address { #expect(address.fingerprint.count == 40 && address.keyURL.hasPrefix("https://")) }
    }
}

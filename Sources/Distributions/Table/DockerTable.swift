/// Docker's own packages: docs.docker.com/engine/install, one page for each distribution.
enum DockerTable {
    static let packages: PackageChoice =
        "docker-ce docker-ce-cli containerd.io docker-buildx-plugin docker-compose-plugin"

    static func none(_ name: String) -> PackageChoice {
        .unavailable(why: "Docker makes no packages for \(name)", wayOut: "Take the distribution's own Docker.")
    }

    // Both stand on the pages named above.
    private static let debianKey = "9DC858229FC7DD38854AE2D88D81803C0EBFCD88"
    private static let rpmKey = "060A61C51B558A7F742B77AAC52FEB6B621E9F35"
    private static let site = "https://download.docker.com/linux"

    static func repository(for distribution: Distribution) -> RepositoryAddress? {
        switch distribution.lineage {
        case .debian, .ubuntu:
            guard let codename = distribution.codename else { return nil }
            let part = distribution.id == "raspbian" ? "raspbian" : distribution.lineage.rawValue
            return RepositoryAddress(
                name: "docker-ce",
                title: "Docker CE",
                url: "\(site)/\(part)",
                suite: codename,
                components: ["stable"],
                keyURL: "\(site)/\(part)/gpg",
                fingerprint: debianKey
            )
        case .enterpriseLinux:
            // Docker names RHEL and CentOS Stream; the rebuilds take CentOS' (almalinux.org and docs.rockylinux.org say so).
            return rpm(distribution, part: distribution.id == "rhel" ? "rhel" : "centos")
        case .fedora:
            return rpm(distribution, part: "fedora")
        case .amazonLinux, .arch, .leap, .tumbleweed:
            return nil
        }
    }

    /// The number is written out, as `$releasever` is `9.5` on some and `9` on others.
    private static func rpm(_ distribution: Distribution, part: String) -> RepositoryAddress? {
        guard let version = distribution.version else { return nil }
        return RepositoryAddress(
            name: "docker-ce",
            title: "Docker CE",
            url: "\(site)/\(part)/\(version.major)/$basearch/stable",
            keyURL: "\(site)/\(part)/gpg",
            fingerprint: rpmKey
        )
    }

    /// What Docker's pages say to remove first.
    static func conflicts(_ family: Family) -> [String] {
        switch family {
        case .debian:
            ["docker.io", "docker-doc", "docker-compose", "docker-compose-v2", "podman-docker", "containerd", "runc"]
        case .redhat, .fedora:
            ["moby-engine", "docker-cli", "docker-compose", "podman-docker", "podman", "buildah", "runc", "containerd"]
        case .arch, .suse: []
        }
    }
}

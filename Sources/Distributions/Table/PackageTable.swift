/// What each requirement is called: a line for each, a column for each lineage. What a single release does otherwise stands
/// with that release (``ReleaseFacts/exceptions``); Python is there too.
enum PackageTable {
    static func choice(_ requirement: Requirement, on lineage: Lineage) -> PackageChoice {
        let names = names(of: requirement)
        return switch lineage {
        case .debian: names.debian
        case .ubuntu: names.ubuntu ?? names.debian
        case .enterpriseLinux: names.redhat
        case .amazonLinux: names.amazon ?? names.redhat
        case .fedora: names.fedora ?? names.redhat
        case .arch: names.arch
        case .leap, .tumbleweed: names.suse
        }
    }

    struct Names {
        let debian: PackageChoice
        /// As Debian's when it is not said; likewise `amazon` and `fedora` as Red Hat's.
        var ubuntu: PackageChoice?
        let redhat: PackageChoice
        var amazon: PackageChoice?
        var fedora: PackageChoice?
        let arch: PackageChoice
        let suse: PackageChoice
    }

    /// Sources: the package indexes named at ``DistributionTable/releases``; others behind the line.
    private static func names(of requirement: Requirement) -> Names {
        switch requirement {
        case .nginx: Names(debian: "nginx", redhat: "nginx", arch: "nginx", suse: "nginx")
        case .runtimeLibraries:
            // libcrypt.so.1 is in libxcrypt-compat where libxcrypt has moved to libcrypt.so.2 (Fedora, RHEL 9, Arch).
            Names(
                debian: "libpam0g libpam-modules libcrypt1 libsqlite3-0",
                redhat: "pam libxcrypt-compat sqlite-libs",
                arch: "pam libxcrypt-compat sqlite",
                suse: "pam libcrypt1 libsqlite3-0"
            )
        case .dockerDistribution:
            Names(
                debian: "docker.io",
                redhat: .unavailable(
                    why: "Red Hat's repositories have podman, not Docker",
                    wayOut: "Take Docker's own packages (docker-ce)."
                ),
                amazon: "docker",  // "Installing Docker" in Amazon ECS' developer guide
                // The command became a package of its own in Fedora 41: src.fedoraproject.org/rpms/docker-cli.
                fedora: .alternatives(
                    [["moby-engine", "docker-cli"], ["moby-engine"]],
                    wayOut: "Enable Fedora's own repositories, or take Docker's own packages (docker-ce)."
                ),
                arch: "docker",
                suse: "docker"
            )
        case .dockerCompose:
            Names(
                debian: "docker-compose",  // 13: 2.26; 11 and 12: the old 1.x, without `docker compose`
                ubuntu: "docker-compose-v2",  // in -updates for 20.04 and 22.04
                redhat: "docker-compose-plugin",  // Docker's own repository
                amazon: .unavailable(
                    why: "Amazon Linux has no package of docker compose",
                    wayOut: "Put Docker's released binary into /usr/local/lib/docker/cli-plugins/docker-compose."
                ),
                fedora: "docker-compose",
                arch: "docker-compose",
                suse: "docker-compose"
            )
        case .dockerCE:
            // docs.docker.com/engine/install: the same five names everywhere.
            Names(
                debian: DockerTable.packages,
                redhat: DockerTable.packages,
                amazon: DockerTable.none("Amazon Linux"),
                arch: DockerTable.none("Arch"),
                suse: DockerTable.none("openSUSE and SLES")
            )
        case .pythonVenv: Names(debian: "", redhat: "", arch: "", suse: "")  // a fact of the release
        case .node:
            Names(
                debian: "nodejs npm",
                redhat: "nodejs npm",
                fedora: "nodejs nodejs-npm",
                arch: "nodejs npm",
                suse: .alternatives(
                    [
                        ["nodejs22", "npm22"], ["nodejs24", "npm24"], ["nodejs20", "npm20"],
                        ["nodejs-default", "npm-default"],
                    ],
                    wayOut: "Enable the distribution's main repository (on SLES: the Web and Scripting module)."
                )
            )
        case .configurableHTTPProxy:
            Names(
                // 4.5.3 in Debian 12: seen.
                debian: .alternatives([["node-configurable-http-proxy"]], wayOut: proxyWayOut),
                redhat: proxyFromElsewhere,
                arch: proxyFromElsewhere,
                suse: proxyFromElsewhere
            )
        case .sqliteTool: Names(debian: "sqlite3", redhat: "sqlite", arch: "sqlite", suse: "sqlite3")
        case .quotaTools: Names(debian: "quota", redhat: "quota", arch: "quota-tools", suse: "quota")
        case .selinuxTools:
            Names(
                debian: "policycoreutils policycoreutils-python-utils selinux-utils",
                redhat: "policycoreutils policycoreutils-python-utils",
                arch: .unavailable(
                    why: "Arch's repositories have no SELinux",
                    wayOut: "Its user repository (AUR) has."
                ),
                suse: "policycoreutils policycoreutils-python-utils"
            )
        case .apparmorParser: Names(debian: "apparmor", redhat: "", arch: "apparmor", suse: "apparmor-parser")
        case .certbot:
            Names(
                debian: "certbot python3-certbot-nginx",
                redhat: .alternatives(
                    [["certbot", "python3-certbot-nginx"]],
                    wayOut: "certbot is in EPEL: dnf install epel-release (docs.fedoraproject.org/epel), then again."
                ),
                amazon: .unavailable(
                    why: "Amazon Linux has no package of certbot",
                    wayOut: "Give a certificate's files instead (--certificate and --key)."
                ),
                fedora: "certbot python3-certbot-nginx",
                arch: "certbot certbot-nginx",
                // Unsure: the names carry the Python they are built for on Tumbleweed.
                suse: .alternatives(
                    [["certbot", "python3-certbot-nginx"], ["python313-certbot", "python313-certbot-nginx"]],
                    wayOut: "Give a certificate's files instead (--certificate and --key)."
                )
            )
        case .nftables: Names(debian: "nftables", redhat: "nftables", arch: "nftables", suse: "nftables")
        case .openssl: Names(debian: "openssl", redhat: "openssl", arch: "openssl", suse: "openssl")
        case .curl:
            // Red Hat's and Amazon's minimal images hold curl-minimal, which conflicts with curl and is enough: RHEL always has one.
            Names(debian: "curl", redhat: "", arch: "curl", suse: "curl")
        case .caCertificates:
            Names(
                debian: "ca-certificates",
                redhat: "ca-certificates",
                arch: "ca-certificates",
                suse: "ca-certificates"
            )
        }
    }

    private static let proxyWayOut = """
        Install it with npm (npm install --global configurable-http-proxy), or use a proxy that comes by pip.
        """
    private static let proxyFromElsewhere = PackageChoice.unavailable(
        why: "The distribution has no package of configurable-http-proxy",
        wayOut: proxyWayOut
    )
}

/// Where things are and what they are called, family by family. "Seen" as in ``DistributionTable``.
enum PlaceTable {
    // The packages' own nginx.conf.
    static func nginx(_ family: Family) -> NginxLayout {
        switch family {
        case .debian:
            NginxLayout(
                user: "www-data",
                group: "www-data",
                httpDirectory: "/etc/nginx/conf.d",
                serverDirectory: "/etc/nginx/sites-available",
                enabledDirectory: "/etc/nginx/sites-enabled",
                includesNothing: false,
                defaultServerPath: "/etc/nginx/sites-enabled/default",
                defaultServerIsRemovable: true  // seen
            )
        case .redhat, .fedora:
            NginxLayout(
                user: "nginx",
                group: "nginx",
                httpDirectory: "/etc/nginx/conf.d",
                serverDirectory: "/etc/nginx/conf.d",
                enabledDirectory: nil,
                includesNothing: false,
                defaultServerPath: "/etc/nginx/nginx.conf",
                defaultServerIsRemovable: false
            )
        case .arch:
            // wiki.archlinux.org/title/Nginx, "Managing server entries": no include at all.
            NginxLayout(
                user: "http",
                group: "http",
                httpDirectory: "/etc/nginx/conf.d",
                serverDirectory: "/etc/nginx/conf.d",
                enabledDirectory: nil,
                includesNothing: true,
                defaultServerPath: "/etc/nginx/nginx.conf",
                defaultServerIsRemovable: false
            )
        case .suse:
            NginxLayout(
                user: "nginx",
                group: "nginx",
                httpDirectory: "/etc/nginx/conf.d",
                serverDirectory: "/etc/nginx/vhosts.d",
                enabledDirectory: nil,
                includesNothing: false,
                defaultServerPath: "/etc/nginx/nginx.conf",
                defaultServerIsRemovable: false
            )
        }
    }

    /// Debian: seen. The others' sudoers name wheel; on openSUSE it counts only once `Defaults targetpw` is gone.
    static func adminGroup(_ family: Family) -> String { family == .debian ? "sudo" : "wheel" }

    static func shadowGroup(_ family: Family) -> String? {
        switch family {
        case .debian, .suse: "shadow"  // 0640 root:shadow
        case .redhat, .fedora: nil  // 0000 root:root; root passes by CAP_DAC_OVERRIDE
        case .arch: nil  // 0600 root:root
        }
    }

    /// Debian's shadow carries a patch that takes nearly anything (seen); the others take what useradd(8) says.
    static func loginNameRule(_ family: Family) -> LoginNameRule { family == .debian ? .lax : .strict }

    static func repositoryDirectory(_ family: Family) -> String {
        switch family {
        case .debian: "/etc/apt/sources.list.d"  // sources.list(5)
        case .redhat, .fedora: "/etc/yum.repos.d"  // dnf.conf(5)
        case .suse: "/etc/zypp/repos.d"  // zypper(8)
        case .arch: "/etc/pacman.d"  // pacman.conf(5), by its Include
        }
    }
}

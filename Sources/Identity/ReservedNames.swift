/// Names that belong to the system or to the services around the bridge.
///
/// The platform's own scripts let anybody be called `root` or `daemon` (fault F-19); such rows are reported and never
/// signed in, synced or deleted.
enum ReservedNames {
    static let all: Set<String> = system.union(services).union(groups)

    /// Accounts that base-passwd, Fedora's setup, Arch's filesystem and openSUSE's system-user packages make.
    private static let system: Set<String> = [
        "root", "daemon", "bin", "sys", "sync", "games", "man", "lp", "mail", "news", "uucp", "proxy", "www-data",
        "backup", "list", "irc", "gnats", "nobody", "nogroup", "_apt", "adm", "shutdown", "halt", "operator", "ftp",
        "http", "dbus", "messagebus", "sshd", "polkitd", "chrony", "_chrony", "ntp", "systemd-network",
        "systemd-resolve", "systemd-timesync", "systemd-coredump", "systemd-oom", "systemd-journal",
        "systemd-journal-remote", "systemd-bus-proxy", "tss", "uuidd", "rpc", "rpcuser", "nfsnobody", "avahi", "colord",
        "rtkit", "usbmux", "sssd", "setroubleshoot", "unbound", "named", "bind", "postfix", "exim", "debian-exim",
        "syslog", "landscape", "lxd", "pollinate", "fwupd-refresh", "alpm", "git", "mysql", "postgres", "redis",
        "memcache", "memcached", "squid", "apache", "wwwrun", "nginx", "nscd", "ldap", "dnsmasq", "libvirt-qemu",
        "libvirt-dnsmasq", "qemu", "kvm", "radvd", "saned", "pulse", "gdm", "lightdm", "sddm", "geoclue", "tcpdump",
        "cockpit-ws", "cockpit-wsinstance",
    ]

    private static let services: Set<String> = [
        "diycloud", "diycloud-bridge", "diycloud-docker", "diycloud-nobody", "jupyterhub", "jupyter", "docker",
        "dockremap", "portainer", "containerd",
    ]

    /// Group names that give power on some distribution; a user of that name would get the group as their own.
    private static let groups: Set<String> = [
        "wheel", "sudo", "shadow", "disk", "tty", "kmem", "video", "render", "input", "audio", "staff", "users",
        "diycloud-users", "diycloud-admins",
    ]
}

import Identity

extension Configuration {
    /// Reads the sections that say how the host is made to agree with the store.
    mutating func readReconciliation(_ file: SectionReader) {
        accounts.read(file.section("accounts"))
        limits.read(file.section("limits"))
        let diskReader = file.section("disk")
        disk.workerSocket = diskReader.value("worker_socket", default: disk.workerSocket, Rule.socketPath)
        usage.read(file.section("usage"))
        let hubReader = file.section("jupyterhub")
        jupyterhub.api = hubReader.optional("api", default: jupyterhub.api, Rule.url)
        jupyterhub.tokenFile = hubReader.value("token_file", default: jupyterhub.tokenFile, Rule.absolutePath)
        docker.read(file.section("docker"))
        portainer.read(file.section("portainer"))
        if portainer.url != nil, docker.address == nil {
            file.section("portainer").conflict(
                "url",
                "needs docker.address, where Portainer reaches people's containers"
            )
        }
        sync.read(file.section("sync"))
    }

    /// - Returns: `nil` for a key of another section.
    func reconcileValue(of key: String) -> String? {
        switch key {
        case "accounts.home": accounts.home
        case "accounts.shell": accounts.shell
        case "accounts.skeleton": accounts.skeleton ?? "null"
        case "accounts.group": accounts.group
        case "accounts.admin_group": accounts.adminGroup
        case "limits.controller": limits.controller.rawValue
        case "limits.cgroup": limits.cgroup
        case "limits.memory_high": "\(limits.memoryHigh)"
        case "limits.swap": "\(limits.swap)"
        case "limits.tasks": "\(limits.tasks)"
        case "disk.worker_socket": disk.workerSocket
        case "usage.sample": DurationText.format(usage.sample)
        case "usage.window": DurationText.format(usage.window)
        case "jupyterhub.api": jupyterhub.api ?? "null"
        case "jupyterhub.token_file": jupyterhub.tokenFile
        case "sync.interval": DurationText.format(sync.interval)
        case "sync.lock": sync.lock
        case "sync.report": sync.report
        case "sync.stop_disabled": "\(sync.stopDisabled)"
        case _ where key.hasPrefix("docker."): docker.value(of: key)
        case _ where key.hasPrefix("portainer."): portainer.value(of: key)
        default: nil
        }
    }
}

extension Configuration.Accounts {
    /// Groups that give power on some distribution (sudoers(5), docker's socket), or that belong to a service: nobody gets
    /// into them by a row of the store. What else this host has of that kind, sync-users sees.
    private static let powerful: Set<String> = [
        "root", "sudo", "wheel", "admin", "google-sudoers", "adm", "docker", "podman", "shadow", "disk", "kmem", "lxd",
        "incus", "incus-admin", "libvirt", "kvm", "netdev", "operator", "staff", "sys", "bin", "daemon", "tty", "utmp",
        "systemd-journal", "www-data", "nginx", "http", "diycloud-bridge", "diycloud-docker",
    ]

    fileprivate mutating func read(_ reader: SectionReader) {
        home = reader.value("home", default: home, Rule.absolutePath)
        shell = reader.value("shell", default: shell, Rule.absolutePath)
        skeleton = reader.optional("skeleton", default: skeleton, Rule.absolutePath)
        group = reader.value("group", default: group, Rule.account)
        adminGroup = reader.value("admin_group", default: adminGroup, Rule.account)
        for (name, value) in [("group", group), ("admin_group", adminGroup)] where Self.powerful.contains(value) {
            reader.conflict(name, "\(value) gives power over this host or one of its services; name a group of its own")
        }
        if group == adminGroup {
            reader.conflict(reader.has("admin_group") ? "admin_group" : "group", "must be another than accounts.group")
        }
    }
}

extension Configuration.Limits {
    fileprivate mutating func read(_ reader: SectionReader) {
        controller = reader.value("controller", default: controller, Controller.init(rawValue:))
        cgroup = reader.value("cgroup", default: cgroup, Rule.fileName)
        memoryHigh = reader.value("memory_high", default: memoryHigh, Rule.number(50...100))
        swap = reader.value("swap", default: swap, Rule.number(0...100))
        tasks = reader.value("tasks", default: tasks, Rule.number(64...4_194_304))
    }
}

extension Configuration.Usage {
    fileprivate mutating func read(_ reader: SectionReader) {
        sample = reader.value("sample", default: sample, Rule.duration(.seconds(1), .seconds(60)))
        window = reader.value("window", default: window, Rule.duration(.seconds(10), .seconds(3600)))
        if window < sample {
            reader.conflict(
                reader.has("window") ? "window" : "sample",
                "usage.window must not be shorter than usage.sample"
            )
        }
    }
}

extension Configuration.Sync {
    fileprivate mutating func read(_ reader: SectionReader) {
        interval = reader.value("interval", default: interval, Rule.duration(.seconds(30), .seconds(86_400)))
        lock = reader.value("lock", default: lock, Rule.absolutePath)
        report = reader.value("report", default: report, Rule.absolutePath)
        stopDisabled = reader.value("stop_disabled", default: stopDisabled, Rule.flag)
    }
}

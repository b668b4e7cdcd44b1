// Every field that a container's body may have, API 1.24 to 1.51 (moby/api/types/container, network, mount), and what
// becomes of it for a person. kept: passed on. set: we write it. bounded: passed on as far as the rule goes. refused: said
// to the person in this sentence. A field that is not here is refused by its name.

extension FieldTable {
    /// The top level of `POST /containers/create`, which is Go's `Config` and three more.
    ///
    /// Engines before 24 also read the fields of HostConfig here (`{"Privileged": true}` with no HostConfig, `"Cpuset"`):
    /// they are not in the table, so they are refused.
    static let container = FieldTable(
        subject: "the container",
        rows: [
            Row("Hostname", .kept(.text)),
            Row("Domainname", .kept(.text)),
            Row("User", .bounded("any; with the home bound uid:gid of the person")),
            Row("AttachStdin", .kept(.flag)),
            Row("AttachStdout", .kept(.flag)),
            Row("AttachStderr", .kept(.flag)),
            Row("ExposedPorts", .bounded("number/tcp, udp or sctp")),
            Row("Tty", .kept(.flag)),
            Row("OpenStdin", .kept(.flag)),
            Row("StdinOnce", .kept(.flag)),
            Row("Env", .kept(.texts)),
            Row("Cmd", .kept(.textOrTexts)),
            Row("Healthcheck", .kept(.table(.healthcheck))),
            Row("ArgsEscaped", .kept(.flag)),
            Row("Image", .kept(.text)),
            Row("Volumes", .bounded("absolute paths; each not covered yet becomes a volume of the person")),
            Row("WorkingDir", .kept(.text)),
            Row("Entrypoint", .kept(.textOrTexts)),
            Row("NetworkDisabled", .kept(.flag)),
            Row("MacAddress", .kept(.text)),
            Row("OnBuild", .kept(.texts)),
            Row("Labels", .bounded("all but those of this server and of Portainer's access control")),
            Row("StopSignal", .kept(.text)),
            Row("StopTimeout", .kept(.integer)),
            Row("Shell", .kept(.textOrTexts)),
            Row("HostConfig", .bounded("the table hostConfig")),
            Row("NetworkingConfig", .bounded("the table networkingConfig")),
        ]
    )

    static let healthcheck = FieldTable(
        subject: "Healthcheck",
        rows: [
            Row("Test", .kept(.texts)),
            Row("Interval", .kept(.integer)),
            Row("Timeout", .kept(.integer)),
            Row("StartPeriod", .kept(.integer)),
            Row("StartInterval", .kept(.integer)),
            Row("Retries", .kept(.integer)),
        ]
    )

    static let hostConfig = FieldTable(
        subject: "HostConfig",
        rows: [
            // Files
            Row("Binds", .bounded("own volumes; of the host only the person's home, as a whole")),
            Row("Mounts", .bounded("as Binds; also tmpfs")),
            Row("Tmpfs", .bounded("sizes up to the memory quota; no suid, no dev")),
            Row("VolumeDriver", .kept(.oneOf(["", "local"]))),
            Row("VolumesFrom", .bounded("own containers that do not have the home bound")),
            Row("ReadonlyRootfs", .kept(.flag)),
            Row("StorageOpt", .bounded("size up to the disk quota, where the driver can")),
            Row("ContainerIDFile", .kept(.text)),
            // Network
            Row("NetworkMode", .bounded("own networks, none, container: of an own container; default is the person's")),
            Row("PortBindings", .bounded("the allowed addresses and ports")),
            Row("PublishAllPorts", .bounded("written out as PortBindings on the allowed address")),
            Row("Links", .bounded("own containers; handed to the network")),
            Row("Dns", .kept(.texts)),
            Row("DnsOptions", .kept(.texts)),
            Row("DnsSearch", .kept(.texts)),
            Row("ExtraHosts", .kept(.texts)),
            // Life
            Row("RestartPolicy", .kept(.table(.restartPolicy))),
            Row("AutoRemove", .kept(.flag)),
            Row("Init", .kept(.flag)),
            Row("ConsoleSize", .kept(.integers)),
            Row("LogConfig", .bounded("json-file, local or none, with a bounded size")),
            // Powers
            Row("Privileged", .refused("Privileged containers are not allowed here: they are root on the host.")),
            Row("CapAdd", .bounded("only what every container has anyway")),
            Row("CapDrop", .kept(.texts)),
            Row("SecurityOpt", .set("no-new-privileges; nothing that weakens")),
            Row("MaskedPaths", .bounded("left to the engine; an empty list is refused")),
            Row("ReadonlyPaths", .bounded("left to the engine; an empty list is refused")),
            Row("GroupAdd", .bounded("any; refused with the home bound")),
            Row("Runtime", .set("runc; with GPU access also nvidia")),
            Row("Annotations", .refused("Annotations speak to the container runtime and are not allowed here.")),
            Row(
                "Sysctls",
                .refused("Kernel settings (--sysctl) are not allowed here; ports below 1024 inside are open anyway.")
            ),
            // Namespaces
            Row("PidMode", .bounded("private, or container: of an own container without the home")),
            Row("IpcMode", .bounded("private, shareable, none, or container: of an own container")),
            Row("CgroupnsMode", .set("private")),
            Row("UTSMode", .refused("The host's name space (--uts host) is not allowed here.")),
            Row("UsernsMode", .set("the host's with the home bound, where the engine maps users")),
            Row("Cgroup", .refused("Joining another container's cgroup is not allowed here.")),
            Row("Isolation", .kept(.oneOf(["", "default"]))),
        ] + resources
    )

    /// Go's `Resources`: part of HostConfig, and the body of `POST /containers/{id}/update`.
    static let resources: [Row] = [
        Row("Memory", .bounded("at most the quota, which is also the default")),
        Row("MemorySwap", .set("as Memory: no swap besides")),
        Row("MemoryReservation", .bounded("at most Memory")),
        Row("MemorySwappiness", .set("left out: there is no swap")),
        Row("OomKillDisable", .refused("The out-of-memory killer cannot be switched off here.")),
        Row("OomScoreAdj", .bounded("0 to 1000")),
        Row("KernelMemory", .refused("A limit on kernel memory (--kernel-memory) is not offered here; use --memory.")),
        Row("KernelMemoryTCP", .refused("A limit on kernel memory is not offered here; use --memory.")),
        Row("NanoCpus", .bounded("at most the quota, which is also the default")),
        Row("CpuQuota", .bounded("turned into NanoCpus")),
        Row("CpuPeriod", .bounded("turned into NanoCpus")),
        Row("CpuShares", .kept(.integer)),
        Row("CpusetCpus", .kept(.text)),
        Row("CpusetMems", .kept(.text)),
        Row("CpuRealtimePeriod", .refused("Real-time scheduling is not allowed here.")),
        Row("CpuRealtimeRuntime", .refused("Real-time scheduling is not allowed here.")),
        Row("PidsLimit", .bounded("1 to the person's number of tasks, which is also the default")),
        Row("Ulimits", .bounded("see Ulimits")),
        Row("ShmSize", .bounded("at most the memory quota")),
        Row("CgroupParent", .set("the person's slice")),
        Row("BlkioWeight", .kept(.integer)),
        Row("BlkioWeightDevice", .refused(noDeviceLimits)),
        Row("BlkioDeviceReadBps", .refused(noDeviceLimits)),
        Row("BlkioDeviceWriteBps", .refused(noDeviceLimits)),
        Row("BlkioDeviceReadIOps", .refused(noDeviceLimits)),
        Row("BlkioDeviceWriteIOps", .refused(noDeviceLimits)),
        Row("Devices", .refused("Devices of the host (--device) are not allowed here.")),
        Row("DeviceCgroupRules", .refused("Device rules (--device-cgroup-rule) are not allowed here.")),
        Row("DeviceRequests", .bounded("GPUs, for who has GPU access")),
        Row("CpuCount", .refused(onlyWindows)),
        Row("CpuPercent", .refused(onlyWindows)),
        Row("IOMaximumIOps", .refused(onlyWindows)),
        Row("IOMaximumBandwidth", .refused(onlyWindows)),
    ]

    private static let noDeviceLimits = "Limits for single block devices name devices of the host; not allowed here."
    private static let onlyWindows = "This limit exists on Windows only; use --cpus and --memory."

    static let restartPolicy = FieldTable(
        subject: "RestartPolicy",
        rows: [
            Row("Name", .kept(.oneOf(["", "no", "always", "on-failure", "unless-stopped"]))),
            Row("MaximumRetryCount", .kept(.integer)),
        ]
    )

    static let update = FieldTable(
        subject: "the update",
        rows: resources.filter { $0.name != "ShmSize" && $0.name != "OomScoreAdj" }
            + [Row("RestartPolicy", .kept(.table(.restartPolicy)))]
    )
}

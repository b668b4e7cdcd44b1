@testable import DockerPolicy

/// What must hold of every body that a person's container gets, told independently of the rules.
enum Invariants {
    /// What does not hold, in words; empty when all does.
    static func violations(of body: JSONObject) -> [String] {
        let host = body["HostConfig"]?.object ?? [:]
        let binds = (host["Binds"]?.array ?? []).compactMap(\.string)
        let mounts = (host["Mounts"]?.array ?? []).compactMap(\.object)
        let hostPaths =
            binds.filter { $0.hasPrefix("/") }.map { String($0.prefix { $0 != ":" }) }
            + mounts.filter { $0["Type"] == "bind" }.map { $0["Source"]?.string ?? "?" }
        let memory = host["Memory"]?.integer ?? 0
        let checks: [(String, Bool)] = [
            ("privileged", host["Privileged"] == nil && body["Privileged"] == nil),
            ("cgroup parent", host["CgroupParent"] == "/user.slice/user-1001.slice"),
            ("owner label", body["Labels"]?.object?.exactly("org.diycloud.owner") == "alice"),
            ("portainer label", body["Labels"]?.object?.exactly("io.portainer.accesscontrol.users") == "alice"),
            ("memory", memory > 0 && memory <= 2 << 30 && host["MemorySwap"]?.integer == memory),
            ("processors", (1...1_500_000_000).contains(host["NanoCpus"]?.integer ?? 0)),
            ("no other processors", host["CpuQuota"] == nil && host["CpuPeriod"] == nil),
            ("tasks", (1...512).contains(host["PidsLimit"]?.integer ?? 0)),
            ("security", host["SecurityOpt"] == ["no-new-privileges"]),
            ("runtime", host["Runtime"] == "runc"),
            ("cgroup name space", host["CgroupnsMode"] == "private"),
            ("host paths", hostPaths.allSatisfy { $0 == "/home/alice" }),
            ("home", hostPaths.isEmpty || (body["User"] == "1001:1001" && host["CapDrop"] == ["ALL"])),
            ("home without powers", hostPaths.isEmpty || (host["CapAdd"] == nil && host["GroupAdd"] == nil)),
            (
                "name spaces",
                ["PidMode", "IpcMode", "UTSMode", "UsernsMode", "NetworkMode"].allSatisfy { host[$0] != "host" }
            ),
            (
                "nothing of the host",
                [
                    "Devices", "DeviceCgroupRules", "DeviceRequests", "Sysctls", "Annotations", "MaskedPaths",
                    "ReadonlyPaths", "OomKillDisable", "Cgroup", "PublishAllPorts",
                ].allSatisfy { host[$0] == nil }
            ),
            ("ports", ports(host).allSatisfy { $0.address == "127.0.0.1" && ($0.port == 0 || $0.port >= 1024) }),
            ("log", ["json-file", "local", "none"].contains(host["LogConfig"]?.object?["Type"]?.string)),
            (
                "volumes",
                mounts.filter { $0["Type"] == "volume" }
                    .allSatisfy { mount in
                        let options = mount["VolumeOptions"]?.object
                        return options?["Labels"]?.object?.exactly("org.diycloud.owner") == "alice"
                            && options?["DriverConfig"] == nil
                    }
            ),
            ("mounts", mounts.allSatisfy { ["volume", "tmpfs", "bind"].contains($0["Type"]?.string) }),
            (
                "keys",
                Set(body.keys.map { $0.lowercased() }).isDisjoint(with: ["memory", "cpuset", "binds", "networkmode"])
            ),
        ]
        return checks.filter { !$0.1 }.map(\.0)
    }

    private static func ports(_ host: JSONObject) -> [(address: String, port: Int)] {
        (host["PortBindings"]?.object?.members ?? []).flatMap { $0.value.array ?? [] }.map { binding in
            let port = binding.object?["HostPort"]?.string ?? "?"
            let lowest = port.isEmpty ? 0 : Int(port.split(separator: "-").first ?? "") ?? -1
            return (binding.object?["HostIp"]?.string ?? "", lowest)
        }
    }
}

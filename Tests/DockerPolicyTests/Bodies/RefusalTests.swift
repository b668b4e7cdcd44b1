import Testing

@testable import DockerPolicy

@Suite("Refused fields")
struct RefusalTests {
    /// HostConfig of a body, and a word that the message must name.
    static let hostConfigs: [(json: String, names: String)] = [
        (#""Privileged":true"#, "Privileged"), (#""privileged":true"#, "Privileged"),
        (#""PRIVILEGED":true"#, "Privileged"), (#""CapAdd":["SYS_ADMIN"]"#, "SYS_ADMIN"),
        (#""CapAdd":["ALL"]"#, "ALL"), (#""CapAdd":["cap_sys_ptrace"]"#, "cap_sys_ptrace"),
        (#""PidMode":"host""#, "PidMode"), (#""PidMode":"container:foreign""#, "No such container: foreign"),
        (#""PidMode":"container:homed""#, "home"), (#""IpcMode":"host""#, "IpcMode"),
        (#""IpcMode":"container:foreign""#, "foreign"), (#""UTSMode":"host""#, "--uts"),
        (#""UsernsMode":"host""#, "--userns"), (#""CgroupnsMode":"host""#, "--cgroupns"),
        (#""Cgroup":"container:x""#, "cgroup"), (#""NetworkMode":"host""#, "127.0.0.1"),
        (#""NetworkMode":"foreign""#, "network foreign not found"), (#""NetworkMode":"container:foreign""#, "foreign"),
        (#""NetworkMode":"container:homed""#, "home"), (#""Isolation":"hyperv""#, "Isolation"),
        (#""Binds":["/:/host"]"#, "\"/\""), (#""Binds":["/etc:/x:ro"]"#, "/etc"),
        (#""Binds":["/home/alice/sub:/x"]"#, "symbolic link"), (#""Binds":["/home/alice/../bob:/x"]"#, "/home/alice"),
        (#""Binds":["/home/alice2:/x"]"#, "/home/alice2"), (#""Binds":["//home/alice:/x"]"#, "//home/alice"),
        (#""Binds":["/home/./alice:/x"]"#, "whole"), (#""Binds":["/home/alice:/x:rshared"]"#, "rshared"),
        (#""Binds":["/home/alice:/x:z"]"#, "\"z\""), (#""Binds":["./x:/x"]"#, "./x"), (#""Binds":["../x:/x"]"#, "../x"),
        (#""Binds":["a/b:/x"]"#, "a/b"), (#""Binds":["C:\\x:/x"]"#, "not a path"),
        (#""Binds":["a:/x:ro:y"]"#, "a:/x:ro:y"),
        (#""Binds":["data:/x:shared"]"#, "shared"), (#""Binds":["data:x"]"#, "\"x\""),
        (#""Binds":["data:/proc/self"]"#, "/proc/self"), (#""Binds":["data:/x/../proc"]"#, ".."),
        (#""Binds":["data:/./sys"]"#, "sys"), (#""Binds":["data:/proc/\u0301x"]"#, "Nothing"),
        (
            #""Mounts":[{"Type":"volume","Source":"data","Target":"/s","VolumeOptions":{"Subpath":"../\u0301x"}}]"#,
            "Subpath"
        ),
        (
            #""Mounts":[{"Type":"volume","Source":"data","Target":"/s","VolumeOptions":{"Subpath":"/\u0301x"}}]"#,
            "Subpath"
        ), (#""Binds":[":/x"]"#, "name"), (#""Binds":"x""#, "Binds"),
        (#""Mounts":[{"Type":"bind","Source":"/var/run/docker.sock","Target":"/s"}]"#, "/var/run/docker.sock"),
        (#""Mounts":[{"Type":"Bind","Source":"/","Target":"/s"}]"#, "Bind"),
        (#""Mounts":[{"type":"bind","source":"/","target":"/s"}]"#, "\"/\""),
        (#""Mounts":[{"Source":"/","Target":"/s"}]"#, "type"),
        (#""Mounts":[{"Type":"npipe","Source":"x","Target":"/s"}]"#, "npipe"),
        (#""Mounts":[{"Type":"cluster","Source":"x","Target":"/s"}]"#, "cluster"),
        (#""Mounts":[{"Type":"image","Source":"x","Target":"/s"}]"#, "image"),
        (
            #""Mounts":[{"Type":"bind","Source":"/home/alice","Target":"/s","BindOptions":{"Propagation":"rshared"}}]"#,
            "Propagation"
        ),
        (#""Mounts":[{"Type":"volume","Source":"/etc","Target":"/s"}]"#, "/etc"),
        (
            #""Mounts":[{"Type":"volume","Target":"/s","VolumeOptions":{"DriverConfig":{"Name":"local","Options":{"o":"bind","device":"/"}}}}]"#,
            "driver options"
        ),
        (#""Mounts":[{"Type":"volume","Target":"/s","VolumeOptions":{"DriverConfig":{"Name":"rexray"}}}]"#, "rexray"),
        (#""Mounts":[{"Type":"volume","Source":"data","Target":"/s","VolumeOptions":{"Subpath":"../x"}}]"#, "Subpath"),
        (#""Mounts":[{"Type":"tmpfs","Source":"x","Target":"/s"}]"#, "tmpfs"),
        (#""Mounts":[{"Type":"tmpfs","Target":"/s","TmpfsOptions":{"Options":[["suid"]]}}]"#, "exec"),
        (#""Mounts":[{"Type":"tmpfs","Target":"/s","TmpfsOptions":{"Mode":2559}}]"#, "1777"),
        (#""Tmpfs":{"/x":"suid"}"#, "suid"), (#""Tmpfs":{"/x":"dev"}"#, "dev"),
        (#""Tmpfs":{"/x":"size=90g"}"#, "size=90g"),
        (#""Tmpfs":{"/x":"size=50%"}"#, "size"), (#""Tmpfs":{"/x":"mode=4777"}"#, "mode=4777"),
        (#""VolumesFrom":["foreign"]"#, "foreign"), (#""VolumesFrom":["homed:ro"]"#, "home"),
        (#""VolumeDriver":"rexray""#, "rexray"), (#""Devices":[{"PathOnHost":"/dev/sda"}]"#, "--device"),
        (#""DeviceCgroupRules":["b *:* rwm"]"#, "--device-cgroup-rule"),
        (#""DeviceRequests":[{"Driver":"nvidia","Count":-1,"Capabilities":[["gpu"]]}]"#, "GPU"),
        (#""SecurityOpt":["no-new-privileges:false"]"#, "no-new-privileges:false"),
        (#""SecurityOpt":["no-new-privileges=0"]"#, "no-new-privileges=0"),
        (#""SecurityOpt":["seccomp=unconfined"]"#, "seccomp"), (#""SecurityOpt":["apparmor=unconfined"]"#, "apparmor"),
        (#""SecurityOpt":["label=disable"]"#, "label"), (#""SecurityOpt":["systempaths=unconfined"]"#, "systempaths"),
        (#""MaskedPaths":[]"#, "MaskedPaths"), (#""ReadonlyPaths":[]"#, "ReadonlyPaths"),
        (#""MaskedPaths":["/proc/kcore"]"#, "MaskedPaths"), (#""Sysctls":{"kernel.shmmax":"1"}"#, "--sysctl"),
        (#""Runtime":"kata""#, "kata"), (#""Runtime":"nvidia""#, "nvidia"),
        (#""Annotations":{"a":"b"}"#, "Annotations"),
        (#""OomScoreAdj":-1"#, "OomScoreAdj"), (#""OomKillDisable":true"#, "out-of-memory"),
        (#""Ulimits":[{"Name":"nofile","Soft":1,"Hard":99999999}]"#, "nofile"),
        (#""Ulimits":[{"Name":"rtprio","Soft":99,"Hard":99}]"#, "rtprio"),
        (#""Ulimits":[{"Name":"x","Soft":1,"Hard":1}]"#, "\"x\""),
        (#""LogConfig":{"Type":"syslog","Config":{"syslog-address":"tcp://10.0.0.1"}}"#, "syslog"),
        (#""LogConfig":{"Type":"json-file","Config":{"max-size":"-1"}}"#, "max-size"),
        (#""LogConfig":{"Config":{"syslog-address":"x"}}"#, "syslog-address"),
        (#""StorageOpt":{"size":"100g"}"#, "--storage-opt"), (#""StorageOpt":{"overlay2.x":"1"}"#, "overlay2.x"),
        (#""CpuRealtimeRuntime":1"#, "Real-time"),
        (#""BlkioDeviceWriteBps":[{"Path":"/dev/sda","Rate":1}]"#, "devices"),
        (#""KernelMemory":1"#, "--memory"), (#""IOMaximumIOps":1"#, "Windows"), (#""CpuCount":1"#, "Windows"),
        (#""Links":["foreign:x"]"#, "foreign"), (#""Unheard":1"#, "Unheard"), (#""PidsLimit":"x""#, "PidsLimit"),
        (
            #""PortBindings":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}]}"#,
            "use 127.0.0.1 (docker run -p 127.0.0.1:8080:80)"
        ),
        (#""PortBindings":{"80/tcp":[{"HostIp":"::","HostPort":"8080"}]}"#, "::"),
        (#""PortBindings":{"80/tcp":[{"HostIp":"127.1","HostPort":"8080"}]}"#, "127.1"),
        (#""PortBindings":{"80/tcp":[{"HostIp":"0177.0.0.1","HostPort":"8080"}]}"#, "0177"),
        (#""PortBindings":{"80/tcp":[{"HostIp":"::ffff:127.0.0.1"}]}"#, "::ffff"),
        (#""PortBindings":{"80/tcp":[{"HostIp":"10.0.0.1"}]}"#, "10.0.0.1"),
        (#""PortBindings":{"80/tcp":[{"HostPort":"80"}]}"#, "1024"),
        (#""PortBindings":{"80/tcp":[{"HostPort":"1000-2000"}]}"#, "1024"),
        (#""PortBindings":{"80/tcp":[{"HostPort":"8010-8000"}]}"#, "8010"),
        (#""PortBindings":{"80/tcp":[{"HostPort":"+80"}]}"#, "+80"),
        (#""PortBindings":{"80/tcp":[{"HostPort":"70000"}]}"#, "70000"), (#""PortBindings":{"80/icmp":[{}]}"#, "icmp"),
    ]

    @Test("a field of HostConfig that reaches out is refused, and the message names it", arguments: hostConfigs)
    func hostConfig(_ row: (json: String, names: String)) throws {
        try expectRefusal(#"{"Image":"a","HostConfig":{\#(row.json)}}"#, names: row.names)
    }

    /// Whole bodies.
    static let bodies: [(json: String, names: String)] = [
        (#"{"Image":"a","Privileged":true}"#, "Privileged"), (#"{"Image":"a","Memory":1}"#, "Memory"),
        (#"{"Image":"a","Cpuset":"0"}"#, "Cpuset"), (#"{"Image":"a","Binds":["/:/x"]}"#, "Binds"),
        (#"{"Image":"a","VolumeDriver":"x"}"#, "VolumeDriver"), (#"{"Image":""}"#, "image"), (#"{}"#, "image"),
        (#"{"Image":"a","Volumes":{"/etc:/x":{}}}"#, "/etc:/x"), (#"{"Image":"a","Volumes":{"x":{}}}"#, "\"x\""),
        (#"{"Image":"a","User":"root","HostConfig":{"Binds":["/home/alice:/x"]}}"#, "1001:1001"),
        (#"{"Image":"a","User":"0","HostConfig":{"Binds":["/home/alice:/x"]}}"#, "1001:1001"),
        (#"{"Image":"a","User":"1001:0","HostConfig":{"Binds":["/home/alice:/x"]}}"#, "1001:0"),
        (#"{"Image":"a","User":"alice","HostConfig":{"Binds":["/home/alice:/x"]}}"#, "alice"),
        (#"{"Image":"a","User":"01001","HostConfig":{"Binds":["/home/alice:/x"]}}"#, "01001"),
        (#"{"Image":"a","HostConfig":{"Binds":["/home/alice:/x"],"GroupAdd":["0"]}}"#, "--group-add"),
        (#"{"Image":"a","HostConfig":{"Binds":["/home/alice:/x"],"CapAdd":["CHOWN"]}}"#, "--cap-add"),
        (#"{"Image":"a","HostConfig":{"Binds":["/home/alice:/x"],"PidMode":"container:b"}}"#, "--pid"),
        (#"{"Image":"a","NetworkingConfig":{"EndpointsConfig":{"host":{}}}}"#, "network"),
        (#"{"Image":"a","NetworkingConfig":{"EndpointsConfig":{"foreign":{}}}}"#, "foreign"),
        (#"{"Image":"a","NetworkingConfig":{"EndpointsConfig":{"default":{"DriverOpts":{"a":"b"}}}}}"#, "options"),
        (#"{"Image":"a","NetworkingConfig":{"EndpointsConfig":{"default":{"Links":["foreign"]}}}}"#, "foreign"),
        (#"{"Image":"a","NetworkingConfig":{"EndpointsConfig":{"default":{},"bridge":{}}}}"#, "twice"),
        (
            #"{"Image":"a","NetworkingConfig":{"EndpointsConfig":{"default":{"IPAMConfig":{"IPv6Address":"::1"}}}}}"#,
            "IPv4"
        ),
        (#"{"Image":"a","Labels":{"org.diycloud.memory":"much"}}"#, "much"),
        (#"{"Image":"a","Unheard":{"x":1}}"#, "Unheard"),
        (#"{"Image":"a","HostConfig":[]}"#, "HostConfig"),
    ]

    @Test("a body that reaches out is refused, and the message names why", arguments: bodies)
    func body(_ row: (json: String, names: String)) throws { try expectRefusal(row.json, names: row.names) }

    private func expectRefusal(_ json: String, names: String) throws {
        let body = try Alice.json(json)
        let refusal = #expect(throws: DockerRefusal.self) { _ = try Alice.judge(body) }
        #expect(refusal?.message.contains(names) ?? false, "\(refusal?.message ?? "passed"): \(json)")
        #expect([400, 403, 404].contains(refusal?.status))
    }

    @Test(
        "labels of ownership from a client are dropped",
        arguments: [
            #"{"org.diycloud.owner":"bob","org.diycloud.x":"y","io.portainer.accesscontrol.public":"1"}"#,
            #"{"ORG.diycloud.owner":"bob","IO.portainer.accesscontrol.Public":"1"}"#,
        ]
    )
    func labelsDropped(_ given: String) throws {
        let labels = try Alice.judge(Alice.json(#"{"Image":"a","Labels":\#(given)}"#)).body["Labels"]?.object
        #expect(labels?.keys.sorted() == ["io.portainer.accesscontrol.users", "org.diycloud.owner"])
        #expect(labels?["org.diycloud.owner"] == "alice")
    }

    @Test(
        "an update that reaches out is refused",
        arguments: [
            #"{"Devices":[{"PathOnHost":"/dev/sda"}]}"#, #"{"MemorySwap":-1}"#, #"{"Privileged":true}"#,
            #"{"OomKillDisable":true}"#, #"{"BlkioDeviceReadBps":[{"Path":"/dev/sda","Rate":1}]}"#,
            #"{"Ulimits":[{}]}"#,
        ]
    )
    func update(_ json: String) throws {
        let update = ContainerUpdate(body: try Alice.json(json))
        #expect(throws: DockerRefusal.self) { _ = try update.judged(for: Alice.caller(), settings: Alice.settings) }
    }

    @Test("an update stays within the quota") func updateIsBounded() throws {
        let text = #"{"Memory":99999999999,"NanoCpus":64000000000,"PidsLimit":-1,"CgroupParent":"/x"}"#
        let changed = try ContainerUpdate(body: Alice.json(text)).judged(for: Alice.caller(), settings: Alice.settings)
        #expect(changed["Memory"]?.integer == 2 << 30)
        #expect(changed["MemorySwap"]?.integer == 2 << 30)
        #expect(changed["NanoCpus"]?.integer == 1_500_000_000)
        #expect(changed["PidsLimit"]?.integer == 512)
        #expect(changed["CgroupParent"] == nil)
    }

    @Test(
        "a volume or network that reaches out is refused",
        arguments: [
            #"{"Name":"x1","DriverOpts":{"type":"none","o":"bind","device":"/"}}"#,
            #"{"Name":"x1","Driver":"macvlan"}"#,
            #"{"Name":"../x"}"#, #"{"Name":"x1","ClusterVolumeSpec":{"Group":"x"}}"#,
            #"{"Name":"x1","Options":{"com.docker.network.bridge.name":"docker0"}}"#, #"{"Name":"diycloud-bob"}"#,
            #"{"Name":"host"}"#, #"{"Name":"x1","IPAM":{"Config":[{"Subnet":"10.0.0.0/8"}]}}"#,
            #"{"Name":"x1","EnableIPv6":true}"#, #"{"Name":"x1","Ingress":true}"#, #"{"Name":"x1","Scope":"swarm"}"#,
        ]
    )
    func networkOrVolume(_ json: String) throws {
        let body = try Alice.json(json)
        let isVolume = json.contains("DriverOpts") || json.contains("Cluster") || json.contains("..")
        #expect(throws: DockerRefusal.self) {
            if isVolume {
                _ = try VolumeCreation(body: body).judged(for: Alice.caller())
            } else {
                _ = try NetworkCreation(body: body)
                    .judged(
                        for: Alice.caller(),
                        settings: Alice.settings,
                        bridge: "diy-00000001",
                        subnet: "10.0.0.0/26"
                    )
            }
        }
    }
}

@Suite("User name spaces")
struct UserNamespaceTests {
    private let home = #"{"Image":"a","HostConfig":{"Binds":["/home/alice:/work"]}}"#

    @Test(
        "where the engine maps users, a container with the home stays out of the map, and comes back so from a recreate"
    )
    func withHome() throws {
        var settings = Alice.settings
        settings.remapsUsers = true
        let body = try Alice.judge(Alice.json(home), settings: settings).body
        #expect(body["HostConfig"]?.object?["UsernsMode"] == "host" && body["User"] == "1001:1001")
        let again = try Alice.judge(body, settings: settings).body
        #expect(again["HostConfig"]?.object?["UsernsMode"] == "host" && again["User"] == "1001:1001")
        #expect(try Alice.judge(Alice.json(home)).body["HostConfig"]?.object?["UsernsMode"] == nil)
    }

    @Test("a container that could have root never leaves it", arguments: [true, false])
    func withoutHome(remaps: Bool) throws {
        var settings = Alice.settings
        settings.remapsUsers = remaps
        let body = try Alice.json(#"{"Image":"a","HostConfig":{"UsernsMode":"host"}}"#)
        #expect(throws: DockerRefusal.self) { try Alice.judge(body, settings: settings) }
    }
}

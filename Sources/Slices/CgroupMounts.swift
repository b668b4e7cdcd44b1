/// The cgroup file systems of this host, from proc_pid_mountinfo(5).
struct CgroupMounts: Equatable {
    struct Mount: Equatable {
        let path: String
        let isReadOnly: Bool
    }

    /// cgroup v2, wherever it is mounted.
    var unified: Mount?
    /// cgroup v1: where each controller is. Joined controllers (`cpu,cpuacct`) have the same mount.
    var controllers: [CgroupController: Mount] = [:]

    /// - Parameter text: of `/proc/self/mountinfo`; lines that make no sense are left out.
    init(parsing text: String) {
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { continue }
            let mount = Mount(
                path: Self.unescaped(fields[4]),
                isReadOnly: fields[5].split(separator: ",").contains("ro")
            )
            switch fields[dash + 1] {
            case "cgroup2":
                if unified == nil { unified = mount }
            case "cgroup":
                for option in fields[dash + 3].split(separator: ",") {
                    guard let controller = CgroupController(rawValue: String(option)) else { continue }
                    if controllers[controller] == nil { controllers[controller] = mount }
                }
            default: continue
            }
        }
    }

    /// Blanks, tabs, line feeds and backslashes stand as `\040` and the like.
    private static func unescaped(_ field: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(field.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), rest.count >= 3,
                let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8)
            {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

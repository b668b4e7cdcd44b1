import Glibc

/// A process that runs the platform's user API now, and where it listens.
struct UserAPIProcess {
    let pid: Int
    /// `0.0.0.0:5000`; empty also when its descriptors cannot be read.
    let addresses: [String]

    static func all(on host: LegacyHost) -> [UserAPIProcess] {
        host.names(in: "/proc").compactMap(Int.init).sorted().filter { isAPI($0, host) }
            .map { UserAPIProcess(pid: $0, addresses: ListeningSockets(of: $0, on: host).addresses) }
    }

    /// A process of root whose interpreter runs the script, by its path or in its directory: not the editor that has it open, nor
    /// what a person calls so in their home.
    private static func isAPI(_ pid: Int, _ host: LegacyHost) -> Bool {
        guard let line = try? host.bytes("/proc/\(pid)/cmdline") else { return false }
        let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        guard let program = words.first, program.contains("python") || program.hasSuffix(UserAPIUnit.script),
            let script = words.first(where: { $0.hasSuffix(UserAPIUnit.script) }),
            let status = try? host.text("/proc/\(pid)/status"), status.contains("\nUid:\t0\t")
        else { return false }
        return script.hasSuffix("/usermgmt/\(UserAPIUnit.script)")
            || host.target(ofLink: "/proc/\(pid)/cwd")?.hasSuffix("/usermgmt") == true
    }
}

/// The TCP addresses at which a process listens, by its descriptors and its network's tables (proc_pid_net(5)).
struct ListeningSockets {
    let addresses: [String]

    init(of pid: Int, on host: LegacyHost) {
        let sockets = Set(
            host.names(in: "/proc/\(pid)/fd").compactMap { host.target(ofLink: "/proc/\(pid)/fd/\($0)") }
                .filter { $0.hasPrefix("socket:[") }.map { String($0.dropFirst(8).dropLast()) }
        )
        addresses = ["tcp", "tcp6"].flatMap { table in
            Self.listeners((try? host.text("/proc/\(pid)/net/\(table)")) ?? "", sockets)
        }
    }

    /// Lines of the table in state 0A, TCP_LISTEN, whose inode is among the sockets.
    private static func listeners(_ table: String, _ sockets: Set<String>) -> [String] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == "0A", sockets.contains(String(fields[9])) else { return nil }
            return address(fields[1])
        }
    }

    /// `00000000:1388` is `0.0.0.0:5000`: each four bytes in the order of the host, the port in that of the network.
    static func address(_ text: Substring) -> String? {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1], radix: 16) else { return nil }
        switch parts[0].count {
        case 8:
            guard let number = UInt32(parts[0], radix: 16) else { return nil }
            let bytes = withUnsafeBytes(of: number) { $0.map(String.init) }
            return "\(bytes.joined(separator: ".")):\(port)"
        case 32: return parts[0].allSatisfy { $0 == "0" } ? "[::]:\(port)" : "[\(parts[0])]:\(port)"
        default: return nil
        }
    }
}

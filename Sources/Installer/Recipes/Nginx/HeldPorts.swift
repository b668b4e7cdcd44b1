import Foundation

/// TCP ports that some program listens on, from `/proc/net/tcp` and `/proc/net/tcp6` (proc_net(5)).
struct HeldPorts {
    let ports: Set<Int>

    init(_ tables: [String]) {
        var ports: Set<Int> = []
        for line in tables.flatMap({ $0.split(separator: "\n") }) {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            // 0A: TCP_LISTEN.
            guard fields.count > 3, fields[3] == "0A", let digits = fields[1].split(separator: ":").last,
                let port = Int(digits, radix: 16)
            else { continue }
            ports.insert(port)
        }
        self.ports = ports
    }

    static func look() -> HeldPorts {
        HeldPorts(
            ["/proc/net/tcp", "/proc/net/tcp6"].map { (try? String(contentsOfFile: $0, encoding: .utf8)) ?? "" }
        )
    }
}

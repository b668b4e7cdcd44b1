import Glibc
import SignIn
import Synchronization

/// Counters of what the service did since it started; read by `/metrics`.
package final class BridgeMetrics: Sendable {
    private let accepted = Atomic<UInt64>(0)
    private let challenged = Atomic<UInt64>(0)
    private let refused = Atomic<UInt64>(0)
    private let unavailable = Atomic<UInt64>(0)
    private let startedAt = Int64(time(nil))

    package init() {}

    func count(_ step: SignInStep) {
        switch step {
        case .accepted: accepted.add(1, ordering: .relaxed)
        case .challenge: challenged.add(1, ordering: .relaxed)
        case .refused: refused.add(1, ordering: .relaxed)
        case .unavailable: unavailable.add(1, ordering: .relaxed)
        }
    }

    /// The text that Prometheus reads (exposition format 0.0.4).
    func text(verify: VerifyCounts, sessions: Int, storeAvailable: Bool, users: Int, findings: Int) -> String {
        var lines: [String] = []
        func family(_ name: String, _ type: String, _ help: String, _ samples: [(labels: String, value: String)]) {
            lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"]
            lines += samples.map { "\(name)\($0.labels) \($0.value)" }
        }
        family(
            "diycloud_verify_total",
            "counter",
            "Answers to nginx's auth requests.",
            [
                ("{verdict=\"allowed\"}", "\(verify.allowed)"),
                ("{verdict=\"forbidden\"}", "\(verify.forbidden)"),
                ("{verdict=\"unauthenticated\"}", "\(verify.unauthenticated)"),
                ("{verdict=\"closed\"}", "\(verify.closed)"),
            ]
        )
        family(
            "diycloud_sign_in_total",
            "counter",
            "Steps of signing in, by how they ended.",
            [
                ("{outcome=\"accepted\"}", "\(accepted.load(ordering: .relaxed))"),
                ("{outcome=\"challenge\"}", "\(challenged.load(ordering: .relaxed))"),
                ("{outcome=\"refused\"}", "\(refused.load(ordering: .relaxed))"),
                ("{outcome=\"unavailable\"}", "\(unavailable.load(ordering: .relaxed))"),
            ]
        )
        family("diycloud_sessions", "gauge", "Sessions that are open.", [("", "\(sessions)")])
        family(
            "diycloud_store_available",
            "gauge",
            "Whether the user store can be read.",
            [("", storeAvailable ? "1" : "0")]
        )
        family("diycloud_users", "gauge", "People in the user store who may have a session.", [("", "\(users)")])
        family("diycloud_findings", "gauge", "Doubtful facts in the user store.", [("", "\(findings)")])
        family(
            "process_start_time_seconds",
            "gauge",
            "When the service started, in seconds since 1970.",
            [("", "\(startedAt)")]
        )
        family("process_resident_memory_bytes", "gauge", "Memory of the service.", [("", "\(Self.residentMemory)")])
        return lines.joined(separator: "\n") + "\n"
    }

    /// From proc_pid_statm(5), in bytes; 0 where there is no /proc.
    private static var residentMemory: Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, CInt(line.count), file) != nil else { return 0 }
        let fields = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }.split(separator: UInt8(ascii: " "))
        guard fields.count > 1, let pages = Int(String(decoding: fields[1], as: UTF8.self)) else { return 0 }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}

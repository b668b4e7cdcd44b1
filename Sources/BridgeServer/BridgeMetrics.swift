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

    /// The text that Prometheus reads.
    func text(
        verify: VerifyCounts,
        sessions: Int,
        storeAvailable: Bool,
        users: Int,
        findings: Int,
        usage: UsageMetrics
    ) -> String {
        var text = MetricText()
        text.family(
            "diycloud_verify_total",
            "counter",
            "Answers to nginx's auth requests.",
            [
                ([("verdict", "allowed")], "\(verify.allowed)"),
                ([("verdict", "forbidden")], "\(verify.forbidden)"),
                ([("verdict", "unauthenticated")], "\(verify.unauthenticated)"),
                ([("verdict", "closed")], "\(verify.closed)"),
            ]
        )
        text.family(
            "diycloud_sign_in_total",
            "counter",
            "Steps of signing in, by how they ended.",
            [
                ([("outcome", "accepted")], "\(accepted.load(ordering: .relaxed))"),
                ([("outcome", "challenge")], "\(challenged.load(ordering: .relaxed))"),
                ([("outcome", "refused")], "\(refused.load(ordering: .relaxed))"),
                ([("outcome", "unavailable")], "\(unavailable.load(ordering: .relaxed))"),
            ]
        )
        text.single("diycloud_sessions", "Sessions that are open.", "\(sessions)")
        text.single("diycloud_store_available", "Whether the user store can be read.", storeAvailable ? "1" : "0")
        text.single("diycloud_users", "People in the user store who may have a session.", "\(users)")
        text.single("diycloud_findings", "Doubtful facts in the user store.", "\(findings)")
        usage.write(to: &text)
        text.single(
            "process_start_time_seconds",
            "When the service started, in seconds since 1970.",
            "\(startedAt)"
        )
        text.single("process_resident_memory_bytes", "Memory of the service.", "\(Self.residentMemory)")
        return text.text
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

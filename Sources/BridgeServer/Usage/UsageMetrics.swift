import Slices
import Usage

/// What people use, for Prometheus: one series a person and a number, for people of whom something runs.
struct UsageMetrics {
    let people: [UsageFacts]
    /// How many people something runs of; more than ``people`` when there are too many to list.
    let count: Int

    /// The most people that are listed. Beyond it the numbers of single people are no help, and the answer would grow without end.
    static let limit = 2000

    /// When nobody can be told apart.
    static let none = UsageMetrics(people: [], count: 0)

    func write(to text: inout MetricText) {
        text.single(
            "diycloud_people_running",
            "People of whom something runs; the diycloud_user_ series are of the first \(Self.limit) of them.",
            "\(count)"
        )
        guard !people.isEmpty else { return }
        func gauge(
            _ name: String,
            _ help: String,
            type: String = "gauge",
            _ value: (UsageFacts) -> (some CustomStringConvertible)?
        ) {
            let samples = people.compactMap { person in
                value(person).map { (labels: [("user", person.name.rawValue)], value: "\($0)") }
            }
            text.family("diycloud_user_\(name)", type, help, samples)
        }
        gauge("memory_bytes", "Main memory that somebody's processes take, without file cache.") {
            $0.slice?.usage?.memoryBytes
        }
        gauge("memory_limit_bytes", "Main memory that they may take.") { $0.quota.memory.bytes }
        gauge("cpu_seconds_total", "Processor time that they took.", type: "counter") { person in
            person.slice?.usage.map { Double($0.cpuMicroseconds) / 1_000_000 }
        }
        gauge("cpu_limit_cores", "Processor time that they may take, in cores.") { $0.quota.cpuCores }
        gauge("disk_bytes", "Disk space that their files take.") { $0.disk?.used?.bytes }
        gauge("disk_limit_bytes", "Disk space that they may take.") { $0.quota.disk.bytes }
        gauge("tasks", "Processes and threads of theirs.") { $0.slice?.usage?.tasks }
        text.family(
            "diycloud_user_limit_in_force",
            "gauge",
            "Whether the kernel holds somebody to a limit; left out where nobody can say.",
            people.flatMap(Self.enforcement)
        )
    }

    private static func enforcement(of person: UsageFacts) -> [(labels: [(name: String, value: String)], value: String)]
    {
        let document = UsageDocument(person, at: 0, window: .zero)
        let limits = [
            ("cpu", document.cpu.enforcement), ("memory", document.memory.enforcement),
            ("disk", document.disk.enforcement), ("tasks", document.tasks.enforcement),
        ]
        return limits.compactMap { limit, enforcement in
            enforcement.isInForce.map { isInForce in
                ([("user", person.name.rawValue), ("limit", limit)], isInForce ? "1" : "0")
            }
        }
    }
}

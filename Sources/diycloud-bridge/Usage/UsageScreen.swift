import Identity
import Usage

/// The table of `diycloud-bridge usage`, as wide as the screen allows.
struct UsageScreen {
    private let screen: Screen

    /// Bars shorter than this say nothing, longer ones no more.
    private static let barWidths = 4...16
    /// Reasons that are said below the table.
    private static let reasonLimit = 8

    init(_ screen: Screen) { self.screen = screen }

    func text(_ people: [UsageDocument], emptyBecause emptiness: String) -> String {
        guard !people.isEmpty else { return emptiness }
        let plain = table(people, bar: nil)
        // Three bars with a frame of one column on each side and a space.
        let room = ((screen.size?.columns ?? 0) - plain.width) / 3 - 3
        let width = min(room, Self.barWidths.upperBound)
        let isWide = screen.size != nil && width >= Self.barWidths.lowerBound
        let table = isWide ? table(people, bar: Bar(width: width, isUnicode: screen.isUnicode)) : plain
        let reasons = reasons(people)
        return ([table.description] + (reasons.isEmpty ? [] : [""] + reasons)).joined(separator: "\n")
    }

    private func table(_ people: [UsageDocument], bar: Bar?) -> TextTable {
        var table = TextTable("NAME", "CPU", "MEMORY", "DISK", "TASKS", "SERVERS")
        let cells = people.map { person in
            [
                Measure(
                    used: person.cpu.rate.now.map(Self.cores) ?? "-",
                    limit: Self.cores(person.cpu.limitCores),
                    share: person.cpu.rate.now.map { $0 / person.cpu.limitCores },
                    enforcement: person.cpu.enforcement
                ),
                Measure(bytes: person.memory.bytes, of: person.memory.limitBytes, person.memory.enforcement),
                Measure(bytes: person.disk.bytes, of: person.disk.limitBytes, person.disk.enforcement),
            ]
        }
        let widths = (0..<3).map { column in cells.map { $0[column].used.count }.max() ?? 0 }
        for (person, cells) in zip(people, cells) {
            let texts = zip(cells, widths).map { $0.text(usedWidth: $1, bar: bar) }
            let tasks = "\(person.tasks.count)/\(person.tasks.limit)\(Measure.mark(person.tasks.enforcement))"
            table.add(person.name, texts[0], texts[1], texts[2], tasks, "\(person.servers)")
        }
        return table
    }

    /// Why limits are not in force: each reason once, with whose and which limits it is about.
    private func reasons(_ people: [UsageDocument]) -> [String] {
        var order: [String] = []
        var limits: [String: [String]] = [:]
        var names: [String: [String]] = [:]
        for person in people {
            let all = [
                ("cpu", person.cpu.enforcement), ("memory", person.memory.enforcement),
                ("disk", person.disk.enforcement), ("tasks", person.tasks.enforcement),
            ]
            for (limit, enforcement) in all {
                guard case .notInForce(let reason) = enforcement else { continue }
                if limits[reason] == nil { order.append(reason) }
                if limits[reason]?.contains(limit) != true { limits[reason, default: []].append(limit) }
                if names[reason]?.last != person.name { names[reason, default: []].append(person.name) }
            }
        }
        let lines = order.prefix(Self.reasonLimit).map { reason in
            let who = names[reason] ?? []
            let people = who.count > 3 ? "\(who.count) people" : who.joined(separator: ", ")
            return "! \((limits[reason] ?? []).joined(separator: ", ")) of \(people) not in force: \(reason)"
        }
        let more = order.count - lines.count
        return more > 0 ? lines + ["! \(more) more reasons; see `diycloud-bridge findings`"] : Array(lines)
    }

    /// `0.25`, `1.5`, `2`: at most two decimals.
    private static func cores(_ count: Double) -> String {
        let hundredths = Int((min(max(count, 0), 1e6) * 100).rounded())
        guard hundredths % 100 != 0 else { return "\(hundredths / 100)" }
        let fraction = hundredths % 100
        return "\(hundredths / 100)."
            + (fraction % 10 == 0 ? "\(fraction / 10)" : (fraction < 10 ? "0" : "") + "\(fraction)")
    }
}

/// What is used of what there is, in one cell of the table.
private struct Measure {
    let used: String
    let limit: String
    let share: Double?
    let enforcement: Enforcement

    init(used: String, limit: String, share: Double?, enforcement: Enforcement) {
        self.used = used
        self.limit = limit
        self.share = share
        self.enforcement = enforcement
    }

    init(bytes: Int64?, of limit: Int64, _ enforcement: Enforcement) {
        self.init(
            used: bytes.flatMap(ByteCount.init(bytes:))?.description ?? "-",
            limit: ByteCount(bytes: limit)?.description ?? "-",
            share: bytes.map { Double($0) / Double(max(1, limit)) },
            enforcement: enforcement
        )
    }

    /// - Parameter usedWidth: how wide what is used is in the widest cell of the column.
    func text(usedWidth: Int, bar: Bar?) -> String {
        let picture = bar.map { $0.text(share ?? 0) + " " } ?? ""
        let padding = String(repeating: " ", count: max(0, usedWidth - used.count))
        return picture + padding + used + " / " + limit + Self.mark(enforcement)
    }

    static func mark(_ enforcement: Enforcement) -> String { enforcement.isInForce == false ? "!" : "" }
}

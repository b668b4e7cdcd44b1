import Glibc
import HostPrograms
import Identity
import Slices

// Drives the room from a shell, on hosts where no test runner is: the guest of the test bed.
// Prints one fact a line; exit status 1 when something is not in force.

let words = Array(CommandLine.arguments.dropFirst())

func number(_ index: Int) -> Int {
    guard words.indices.contains(index), let value = Int(words[index]) else {
        print("slice-trial: a number is missing at \(index)")
        exit(64)
    }
    return value
}

func limits(from index: Int) -> SliceLimits {
    let memory = UInt32(number(index + 1))
    let high = number(index + 2)
    return SliceLimits(
        cpuCores: Double(number(index)) / 100,
        memoryMax: .mebibytes(memory),
        memoryHigh: high == 0 ? nil : .mebibytes(UInt32(high)),
        swapMax: .mebibytes(UInt32(number(index + 3))),
        tasksMax: number(index + 4)
    )
}

func timed<Value>(_ name: String, _ body: () async throws -> Value) async rethrows -> Value {
    let start = ContinuousClock.now
    let value = try await body()
    print("\(name) took \(ContinuousClock.now - start)")
    return value
}

func report(_ problems: [UInt32: [SliceProblem]]) -> Never {
    let bad = problems.filter { !$0.value.isEmpty }
    print("problems: \(bad.count) of \(problems.count)")
    for (uid, problems) in bad.sorted(by: { $0.key < $1.key }).prefix(3) {
        for problem in problems {
            print("  \(uid) \(problem.limit?.rawValue ?? "all") \(problem.kind.rawValue) \(problem.reason)")
        }
    }
    exit(bad.isEmpty ? 0 : 1)
}

func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

/// `TRIAL_CONTROL`: a directory for drop-ins, to measure them where systemd is not.
let layout: CgroupLayout
let detected: (any SliceController)?
if let control = variable("TRIAL_CONTROL") {
    layout = .systemd(version: .v2, parents: [.cpu: "/none", .cpuacct: "/none", .memory: "/none", .pids: "/none"])
    detected = SystemdSlices(layout: layout, controlDirectory: control)
} else {
    layout = .detect(
        controller: variable("TRIAL_CONTROLLER").flatMap { CgroupLayout.Choice(rawValue: $0) } ?? .auto,
        treeName: variable("TRIAL_TREE") ?? "diycloud-trial"
    )
    detected = layout.controller()
}
guard let controller = detected else {
    print(layout)
    exit(1)
}
let reader = SliceReader(layout: layout)

switch words.first {
case "layout":
    print(layout, layout.directories(of: 1000))
    print("legacy:", CgroupLayout.legacyTrees())
case "set":  // UID CPU% MEM HIGH SWAP TASKS (MiB)
    let uid = UInt32(number(1))
    report(await timed("set") { await controller.apply([uid: limits(from: 2)]) { _ in } })
case "check":  // UID CPU% MEM HIGH SWAP TASKS
    let uid = UInt32(number(1))
    let standing: SliceStanding = reader.standing(of: uid)
    print(standing)
    report([uid: standing.problems(against: limits(from: 2))])
case "bulk":  // FIRST COUNT CPU% MEM HIGH SWAP TASKS
    let all = limits(from: 3)
    let wanted = Dictionary(uniqueKeysWithValues: (0..<number(2)).map { (UInt32(number(1) + $0), all) })
    report(await timed("bulk") { await controller.apply(wanted) { _ in } })
case "look":  // FIRST COUNT CPU% MEM HIGH SWAP TASKS
    let all = limits(from: 3)
    let uids = (0..<number(2)).map { UInt32(number(1) + $0) }
    let standings = try await timed("standing") { try await controller.standing(of: uids) }
    report(standings.mapValues { $0.problems(against: all) })
case "usage":  // UID
    let uid = UInt32(number(1))
    print(reader.usage(of: uid).map { "\($0)" } ?? "nothing runs")
    let start = ContinuousClock.now
    for _ in 0..<1000 { _ = reader.usage(of: uid) }
    print("usage took \((ContinuousClock.now - start) / 1000)")
case "stop":  // UID
    try await timed("stop") { try await controller.stopEverything(of: UInt32(number(1))) }
case "withdraw":  // FIRST COUNT
    let problems = await timed("withdraw") {
        await controller.withdraw((0..<number(2)).map { UInt32(number(1) + $0) })
    }
    report(problems.mapValues { [$0] })
case "ours":
    print(try controller.ourUIDs().count, reader.activeUIDs())
default:
    print("slice-trial layout|set|check|bulk|look|usage|stop|withdraw|ours")
    exit(64)
}

// What the disk quotas of a real machine say and do, for the job scripts of Tests/Guest/disk.
import DiskQuotas
import Glibc
import HostPrograms
import Identity

func fail(_ message: String) -> Never {
    print("disk-quota-check: \(message)")
    exit(64)
}

func seconds(_ body: () async -> Void) async -> Double {
    let clock = ContinuousClock()
    let time = await clock.measure(body)
    return Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
}

var arguments = Array(CommandLine.arguments.dropFirst())
let byDevice = arguments.first == "--by-device"
if byDevice { arguments.removeFirst() }
let quotas = HostDiskQuotas(byDevice: byDevice)

func uid(_ text: String) -> UInt32 { UInt32(text) ?? { fail("no uid: \(text)") }() }
func amount(_ text: String) -> ByteCount {
    Int64(text).flatMap(ByteCount.init(bytes:)) ?? { fail("no amount: \(text)") }()
}

switch (arguments.first, arguments.count) {
case ("support", 2):
    do throws(DiskQuotaError) {
        let (fileSystem, support) = try quotas.support(ofHome: arguments[1])
        print("\(fileSystem.mountPoint) \(fileSystem.source) \(fileSystem.kind)")
        print(support)
        if support != .enforced { exit(1) }
    } catch {
        fail("\(error)")
    }
case ("standing", 3):
    let standing = quotas.standing(ofUID: uid(arguments[1]), home: arguments[2])
    print("used=\(standing.used?.bytes ?? -1) limit=\(standing.limit?.bytes ?? -1) unit=\(standing.unit)")
    if let problem = standing.problem { print("problem: \(problem.reason) -> \(problem.remedy)") }
case ("set", 4):
    let (uid, home, limit) = (uid(arguments[1]), arguments[2], amount(arguments[3]))
    let already = quotas.standing(ofUID: uid, home: home).isSet(to: limit)
    let problems = await quotas.apply([(uid, home, limit)], progress: { _ in })
    print(already ? "nothing to do" : problems.isEmpty ? "set" : "not in force")
    if let problem = problems[uid] {
        print("problem: \(problem.reason) -> \(problem.remedy)")
        exit(1)
    }
case ("many", 4):
    // many COUNT FIRST-UID HOME
    guard let count = UInt32(arguments[1]) else { fail("no count") }
    let first = uid(arguments[2])
    let limits = (0..<count).map { (uid: first + $0, home: arguments[3], limit: ByteCount.mebibytes(100 + $0)) }
    for round in ["first", "second"] {
        var problems = 0
        let time = await seconds { problems = await quotas.apply(limits, progress: { _ in }).count }
        print("\(round) run of \(count): \(time) s, \(problems) problems")
    }
    var standings: [UInt32: DiskStanding] = [:]
    let all = await seconds { standings = quotas.standing(of: limits.map { ($0.uid, $0.home) }) }
    print("standing of \(standings.count): \(all) s")
    let one = await seconds { for limit in limits { _ = quotas.standing(ofUID: limit.uid, home: limit.home) } }
    print("one standing: \(one / Double(count) * 1e6) µs")
    if !limits.allSatisfy({ standings[$0.uid]?.isSet(to: $0.limit) == true }) { fail("a limit is not what was set") }
case ("enable", 2), ("enable", 3):
    let dryRun = arguments.last == "--dry-run"
    let enabler = DiskQuotaEnabler()
    do throws(DiskQuotaError) {
        let plan = try enabler.plan(forHomes: arguments[1])
        for step in plan.steps { print("step: \(step.what)\n   why: \(step.why)\n  undo: \(step.undo)") }
        if let diff = plan.fstabDiff { print(diff) }
        for note in plan.notes { print("note: \(note.reason) -> \(note.remedy)") }
        if let obstacle = plan.obstacle { print("obstacle: \(obstacle.reason) -> \(obstacle.remedy)") }
        if plan.steps.isEmpty && plan.obstacle == nil { print("nothing to do") }
        if dryRun { exit(plan.steps.isEmpty ? 0 : 2) }
        if let problem = await enabler.apply(plan, progress: { print("doing: \($0.what)") }) {
            print("problem: \(problem.reason) -> \(problem.remedy)")
            exit(1)
        }
        print("enforced")
    } catch {
        fail("\(error)")
    }
default: fail("support HOME | standing UID HOME | set UID HOME BYTES | many COUNT UID HOME | enable HOMES [--dry-run]")
}

import Glibc
import HostPrograms
import Identity
import LinuxAccounts

// A program for tests: changes the accounts of the mount namespace that it is started in, and says what it sees there.
//   accounts-host apply CHANGE…     group:G create:N add:N:G remove:N:G disable:N enable:N home:N, and many:P:FROM:TO for
//                                   creating the accounts P1, P2, …; prints `KIND CHANGE: REASON` for what is not so
//   accounts-host ownership NAME…   prints ours, adoptable, foreign: REASON or none
//   accounts-host home NAME…        prints whole, missing, incomplete or obstructed: REASON
//   accounts-host time COUNT PREFIX measures the reading, and homes of COUNT accounts

func name(_ text: Substring) -> UserName {
    do {
        return try UserName(String(text))
    } catch {
        fatalError("\(text): \(error)")
    }
}

func changes(_ text: String) -> [AccountChange] {
    let words = text.split(separator: ":")
    switch words[0] {
    case "group": return [.createGroup(String(words[1]))]
    case "create": return [.create(name(words[1]))]
    case "add": return [.addToGroup(name(words[1]), String(words[2]))]
    case "remove": return [.removeFromGroup(name(words[1]), String(words[2]))]
    case "disable": return [.disable(name(words[1]))]
    case "enable": return [.enable(name(words[1]))]
    case "home": return [.completeHome(name(words[1]))]
    case "many":
        guard let first = Int(words[2]), let last = Int(words[3]) else { fatalError(text) }
        return (first...last).map { .create(name("\(words[1])\($0)")) }
    default: fatalError(text)
    }
}

let settings = AccountSettings(
    skeleton: getenv("SKELETON").map { String(cString: $0) } ?? "/etc/skel",
    login: .read()
)
let arguments = Array(CommandLine.arguments.dropFirst(2))
let clock = ContinuousClock()

switch CommandLine.arguments.dropFirst().first {
case "apply":
    let tools = AccountTools(settings: settings, programs: SystemPrograms())
    let wanted = arguments.flatMap(changes)
    let start = clock.now
    let isTalkative = getenv("PROGRESS") != nil
    let problems = await tools.apply(wanted) { count in if isTalkative { print("progress \(count)") } }
    for (change, problem) in problems { print("\(problem.kind.rawValue) \(change): \(problem.reason)") }
    if isTalkative { print("took \(clock.now - start)") }
case "ownership":
    let snapshot = try HostSnapshot.read()
    for name in arguments {
        switch snapshot.ownership(of: name, settings: settings) {
        case .ours: print("ours")
        case .adoptable: print("adoptable")
        case .foreign(let reason): print("foreign: \(reason)")
        case nil: print("none")
        }
    }
case "home":
    let snapshot = try HostSnapshot.read()
    for account in arguments.compactMap({ snapshot.accounts[$0] }) {
        switch HomeDirectories(settings: settings).standing(of: account) {
        case .whole: print("whole")
        case .missing: print("missing")
        case .incomplete: print("incomplete")
        case .obstructed(let reason): print("obstructed: \(reason)")
        }
    }
case "time":
    var snapshot = HostSnapshot()
    for _ in 0..<5 {
        let taken = try clock.measure { snapshot = try HostSnapshot.read() }
        print("reading \(snapshot.accounts.count) accounts: \(taken)")
    }
    let homes = HomeDirectories(settings: settings)
    let people = snapshot.groups[settings.group]?.members ?? []
    let taken = clock.measure {
        let complete = people.count { snapshot.accounts[$0].map(homes.isComplete) == true }
        print("\(complete) complete homes of \(people.count)")
    }
    print("looking at the homes: \(taken)")
default: exit(EX_USAGE)
}

import Dispatch
import Glibc
import Identity
import Logging
import PAMWorker
import Privileges
import QuotaProtocol
import QuotaWorker

// A program for tests: the root parent with a child that does nothing, and what that child sees of itself.
//   worker-host host USER SOCKET SECRET [worker arguments…]    becomes RootParent
//   worker-host child SECRET                                    what RootParent starts: reports, then waits for a signal
//   worker-host pam-worker SERVICE DIRECTORY STEP CONVERSATION  a worker, limits in milliseconds
//   worker-host quota-worker                                    a quota worker with a source that a test can foresee
//   worker-host drop USER                                       gives up root in this very process and reports

/// What the kernel says about this process.
func reportPrivileges() {
    guard let file = fopen("/proc/self/status", "r") else { return }
    defer { fclose(file) }
    var line: UnsafeMutablePointer<CChar>?
    var size = 0
    while getline(&line, &size, file) > 0 {
        guard let text = line.map({ String(cString: $0) }) else { continue }
        let wanted = ["Uid:", "Gid:", "Groups:", "CapInh:", "CapPrm:", "CapEff:", "CapAmb:", "NoNewPrivs:"]
        if wanted.contains(where: text.hasPrefix) { print(text, terminator: "") }
    }
    // The files of a process that may not be dumped belong to root (proc(5)).
    var status = stat()
    print("Dumpable: \(stat("/proc/self/maps", &status) == 0 && status.st_uid == getuid())")
    print("RegainedRoot: \(setuid(0) == 0 || setreuid(0, 0) == 0)")
}

func readWhole(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : "unreadable \(errno)"
}

func fail(_ error: some Error) -> Never {
    print("error: \(error)")
    fflush(nil)
    exit(1)
}

func host(_ arguments: [String]) throws(PrivilegeError) -> Never {
    let user = try ServiceUser(named: arguments[0])
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let plan = RootParent.Plan(
        user: user,
        listening: [try NamedDescriptor(name: "proxy", descriptor: listener)],
        secrets: [try NamedDescriptor(name: "secret-test", descriptor: open(arguments[2], O_RDONLY | O_CLOEXEC))],
        workers: [
            WorkerPlan(
                name: "PAM worker",
                socketPath: arguments[1],
                arguments: ["pam-worker"] + arguments.dropFirst(3),
                timeLimit: .seconds(30),
                maximum: 16
            ),
            WorkerPlan(
                name: "quota worker",
                socketPath: arguments[1] + ".quota",
                arguments: ["quota-worker"],
                timeLimit: nil,
                maximum: 2
            ),
        ],
        arguments: ["child", arguments[2]]
    )
    try RootParent.run(plan, logger: Logger(label: "worker-host"))
}

func child(_ arguments: [String]) throws(PrivilegeError) {
    let inherited = try InheritedDescriptors.fromEnvironment()
    try ProcessPrivileges.harden()
    reportPrivileges()
    print("Inherited: \(inherited.map(\.name).joined(separator: " "))")
    print("Environment: \(getenv("LISTEN_FDS") == nil ? "clean" : "LISTEN_FDS left")")
    for secret in inherited where secret.name.hasPrefix("secret") { print("Secret: \(readWhole(secret.descriptor))") }
    print("OpenSecret: \(open(arguments[0], O_RDONLY))")
    print("OpenShadow: \(open("/etc/shadow", O_RDONLY))")
    print("Descriptors: \((5..<64).filter { fcntl(Int32($0), F_GETFD) >= 0 }.count)")
    print("Parent: \(getppid())")
    fflush(nil)
    while true { pause() }
}

func worker(_ arguments: [String]) -> Int32 {
    WorkerProcess.run(
        WorkerProcess.Configuration(
            service: arguments[0],
            serviceDirectory: arguments[1],
            accountsGroup: "diycloud-users",
            stepLimit: .milliseconds(Int(arguments[2]) ?? 10_000),
            conversationLimit: .milliseconds(Int(arguments[3]) ?? 10_000)
        )
    )
}

/// As many bytes as the uid says; of a few uids something else.
struct ForeseenQuotas: QuotaSource {
    /// Looking at its file system takes three seconds.
    static let slow: UInt32 = 7
    /// What the worker may still do is its problem.
    static let rights: UInt32 = 9

    func use(of uids: [UInt32]) -> [UInt32: DiskUse] {
        Dictionary(uids.map { ($0, use(of: $0)) }) { first, _ in first }
    }

    private func use(of uid: UInt32) -> DiskUse {
        switch uid {
        case Self.slow: while sleep(3) > 0 {}
        case Self.rights: return .unknown(rights())
        default: break
        }
        return DiskUse(used: ByteCount(bytes: Int64(uid)), limit: .gibibytes(5), unit: 1024)
    }

    private func rights() -> String {
        guard let file = fopen("/proc/self/status", "r") else { return "" }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        var words: [String] = []
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(cString: line)
            let isWanted = ["CapInh", "CapPrm", "CapEff", "CapBnd", "NoNewPrivs"].contains(where: text.hasPrefix)
            if isWanted { words += text.split(whereSeparator: \.isWhitespace).map(String.init) }
        }
        return words.joined(separator: " ")
    }
}

let arguments = Array(CommandLine.arguments.dropFirst(2))
do throws(PrivilegeError) {
    switch CommandLine.arguments.dropFirst().first {
    case "host":
        // As an asynchronous main has it on Linux: not on the first thread, which sleeps with no signal blocked.
        DispatchQueue.global().async {
            do throws(PrivilegeError) { try host(Array(CommandLine.arguments.dropFirst(2))) } catch { fail(error) }
        }
        dispatchMain()
    case "child": try child(arguments)
    case "pam-worker": exit(worker(arguments))
    case "quota-worker":
        exit(QuotaWorkerProcess.run(.init(allowedUID: nil, stepLimit: 2), source: ForeseenQuotas()))
    case "drop":
        try ProcessPrivileges.drop(to: try ServiceUser(named: arguments[0]))
        reportPrivileges()
    default: exit(EX_USAGE)
    }
} catch {
    fail(error)
}

import DockerGuard
import DockerPolicy
import Glibc
import Identity
import Logging
import NIOCore

/// A guard for tests in a process of its own: everybody may do everything. `guard-host ENGINE SOCKET`; says `ready` on standard output.
struct Everything: GuardJudge {
    func open(method: String, target: String, headers: [(String, String)], caller: Caller) async -> GuardOpening {
        let passed = headers.filter { ["content-type", "accept", "x-registry-auth"].contains($0.0.lowercased()) }
        let isHijack =
            method == "POST"
            && (target.contains("/attach") || (target.contains("/exec/") && target.hasSuffix("/start")))
        var plan = ForwardPlan(
            method: method,
            uri: target,
            headers: passed,
            body: .stream,
            answer: isHijack ? .hijack : .stream
        )
        if method == "GET", target.hasSuffix("/events") || target.contains("/events?") {
            plan.answer = .lines(limit: 1 << 20) { $0 }
        } else if method == "GET", target.contains("/containers/json") {
            plan.answer = .whole(limit: 1 << 24) { ($0, $1) }
        } else if method == "POST", target.contains("/containers/create") {
            return .wantsBody(limit: 1 << 20) { [plan] body in
                var plan = plan
                plan.body = .bytes(body)
                return .forward(plan)
            }
        }
        return .decided(.forward(plan))
    }
}

/// Everybody is root.
struct Anybody: CallerDirectory {
    func caller(for arrival: Arrival) async -> Result<Caller, DockerRefusal> {
        guard let name = try? UserName("anybody") else { return .failure(.malformed("no name")) }
        return .success(
            Caller(
                name: name,
                uid: 0,
                gid: 0,
                home: nil,
                quota: .platformDefault,
                tasks: 100,
                cgroupParent: "",
                power: .root,
                entrance: .socket
            )
        )
    }
}

var logger = Logger(label: "guard-host")
logger.logLevel = .warning
let service = GuardService(
    configuration: .init(
        engineSocket: CommandLine.arguments[1],
        entrances: [.unix(path: CommandLine.arguments[2])],
        certificates: "/nowhere"
    ),
    callers: Anybody(),
    judge: Everything(),
    certificates: GuardCertificates(directory: "/nowhere", logger: logger),
    changes: AsyncStream { _ in },
    logger: logger,
    whenReady: { _ in
        _ = write(1, "ready\n", 6)
    }
)
try await service.run()

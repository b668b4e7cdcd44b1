import Distributions
import HostPrograms
import Synchronization
import Testing

@testable import PackageManagers

/// dnf5 cannot be had on Debian: here only what it is asked, and what is made of messages that its source holds.
@Suite("dnf5, by its manual")
struct CommandLineTests {
    @Test("it is asked in its own words, and never for exit_on_lock")
    func words() async throws {
        let programs = AnsweringPrograms { words in
            if words.contains("repoquery") { return ProgramResult(status: 0, output: "nginx\n\n") }
            if words.contains("rpm") {
                return ProgramResult(
                    status: words.contains("after") ? 0 : 1,
                    output: "package nginx is not installed\n"
                )
            }
            return ProgramResult(status: 0, output: "Complete!\n", errors: "0\n")
        }
        let dnf = PackageManagers.make(.dnf5, programs: programs)
        #expect(dnf.kind == .dnf5)
        await #expect(throws: PackageError.notInstalled(["nginx"], output: "Complete!\n")) {
            try await dnf.install(["nginx"], progress: { _ in })
        }
        let asked = programs.asked.map { $0.joined(separator: " ") }
        #expect(asked.contains(#"dnf5 -q repoquery --available --qf %{name}\n nginx"#))
        #expect(asked.contains { $0.hasSuffix("sh dnf5 -y --setopt=install_weak_deps=0 install nginx") })
        #expect(!asked.contains { $0.contains("exit_on_lock") })
    }

    @Test("rpm's lock is waited for")
    func lock() async throws {
        let programs = AnsweringPrograms { words in
            if words.contains("repoquery") { return ProgramResult(status: 0, output: "nginx\n") }
            if words.contains("rpm") { return ProgramResult(status: 1) }
            return ProgramResult(
                status: 0,
                output: "Failed to obtain rpm transaction lock. Another transaction is in progress.\n",
                errors: "1\n"
            )
        }
        let patience = LockPatience(limit: .milliseconds(30), interval: .milliseconds(10))
        let dnf = PackageManagers.make(.dnf5, programs: programs, patience: patience)
        await #expect(throws: PackageError.locked(by: "another program", waited: .milliseconds(30))) {
            try await dnf.install(["nginx"], progress: { _ in })
        }
    }

    @Test("of dnf's generations the one that is there is taken")
    func generation() {
        let onlyOld = AnsweringPrograms(having: ["dnf", "rpm"]) { _ in ProgramResult(status: 0) }
        #expect(PackageManagers.make(.dnf5, programs: onlyOld).kind == .dnf4)
        let onlyNew = AnsweringPrograms(having: ["dnf5", "rpm"]) { _ in ProgramResult(status: 0) }
        #expect(PackageManagers.make(.dnf4, programs: onlyNew).kind == .dnf5)
    }

    @Test("scripts that failed are known by rpm's messages, and by whole names")
    func scripts() {
        let output = """
            warning: %post(nginx-1.20.1-20.el9.x86_64) scriptlet failed, exit status 1
            Error in POSTIN scriptlet in rpm package quota
            error: lua script failed: [string "%post(filesystem-3.18-8.fc41.x86_64)"]:1: no
            """
        #expect(
            FailedScripts.rpm(in: output, among: ["nginx", "nginx-core", "quota", "ngin", "filesystem", "one"])
                == ["nginx", "quota", "filesystem"]
        )
    }
}

/// Programs that answer what a test says, and remember what they were asked.
private final class AnsweringPrograms: HostPrograms {
    private let names: Set<String>?
    private let answer: @Sendable ([String]) -> ProgramResult
    private let words = Mutex<[[String]]>([])

    init(having names: Set<String>? = nil, answer: @escaping @Sendable ([String]) -> ProgramResult) {
        self.names = names
        self.answer = answer
    }

    var asked: [[String]] { words.withLock { $0 } }
    func has(_ name: String) -> Bool { names?.contains(name) ?? true }

    func run(
        _ name: String,
        _ arguments: [String],
        input: String,
        timeLimit: Duration
    ) async throws(HostProgramError) -> ProgramResult {
        words.withLock { $0.append([name] + arguments) }
        return answer([name] + arguments)
    }
}

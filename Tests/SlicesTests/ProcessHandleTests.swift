import Glibc
import TestProcesses
import Testing

@testable import Slices

@Suite("A process that is held", .serialized)
struct ProcessHandleTests {
    @Test("its number may come to another process: that one is not killed")
    func reuse() throws {
        // The kernel is asked for the same number once more (`ns_last_pid`); another program of this host may be faster.
        for _ in 0..<200 {
            let first = try TestProcess(["sleep", "600"])
            let handle = try #require(ProcessHandle(first.processIdentifier))
            first.signal(SIGKILL)
            first.wait()
            #expect(CgroupFile.write("\(first.processIdentifier - 1)", to: "/proc/sys/kernel/ns_last_pid") == 0)
            let second = try TestProcess(["sleep", "600"])
            defer {
                second.signal(SIGKILL)
                second.wait()
            }
            guard second.processIdentifier == first.processIdentifier else { continue }
            handle.kill()
            usleep(20_000)
            var status: Int32 = 0
            #expect(waitpid(second.processIdentifier, &status, WNOHANG) == 0, "it lives")
            return
        }
        Issue.record("no number came twice")
    }

    @Test("it is killed, and one that is gone cannot be held")
    func kill() throws {
        let process = try TestProcess(["sleep", "600"])
        let handle = try #require(ProcessHandle(process.processIdentifier))
        handle.kill()
        #expect(process.wait() == 128 + SIGKILL)
        handle.kill()
        #expect(ProcessHandle(process.processIdentifier) == nil)
    }
}

import HostPrograms
import Testing

@Suite("Programs of this host")
struct SystemProgramsTests {
    let programs = SystemPrograms()

    @Test("a program gets its arguments and its input as they are, and its end is told as it was")
    func runs() async throws {
        let result = try await programs.run(
            "sh",
            ["-c", "cat; echo \"$1\" >&2; exit 7", "sh", "a 'b' $HOME"],
            input: "line\n",
            timeLimit: .seconds(10)
        )
        #expect(result == ProgramResult(status: 7, output: "line\n", errors: "a 'b' $HOME\n"))
        #expect(result.complaint == "a 'b' $HOME")
    }

    @Test("one that a signal ends has 128 and the signal's number as status")
    func killed() async throws {
        #expect(try await programs.run("sh", ["-c", "kill -9 $$"]).status == 137)
    }

    @Test("one that hangs is stopped at its time limit, with what it started")
    func hangs() async throws {
        await #expect(throws: HostProgramError.timedOut("sh", after: .milliseconds(200))) {
            try await programs.run("sh", ["-c", "sleep 1000"], input: "", timeLimit: .milliseconds(200))
        }
    }

    @Test("a missing one is named, and a path is no name")
    func missing() async throws {
        await #expect(throws: HostProgramError.missing("no-such-program")) {
            try await programs.run("no-such-program", [])
        }
        #expect(!programs.has("../bin/sh"))
        #expect(programs.has("sh"))
    }
}

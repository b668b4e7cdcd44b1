public import Glibc

/// A program started by a test. (Foundation's `Process` watches all children from one thread, which long-lived ones can block.)
public final class TestProcess: Sendable {
    public let processIdentifier: pid_t

    public struct Failure: Error {
        public let command: [String]
        public let status: Int32
        public let output: String
    }

    /// Programs that SwiftPM built stand beside the test bundle.
    public static func built(_ name: String) -> String {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink("/proc/self/exe", &path, path.count - 1)
        let executable = String(decoding: path.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let directory = executable.lastIndex(of: "/").map { executable[..<$0] } ?? "."
        return "\(directory)/\(name)"
    }

    /// - Parameters:
    ///   - arguments: the program, searched in PATH, and its arguments.
    ///   - input: becomes standard input, or 0 to keep ours.
    ///   - output: becomes standard output and error, or 1 to keep ours.
    public init(_ arguments: [String], input: Int32 = 0, output: Int32 = 1) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        if output != 1 {
            posix_spawn_file_actions_adddup2(&actions, output, 1)
            posix_spawn_file_actions_adddup2(&actions, output, 2)
        }
        // Threads of the test runner block signals, and a mask is inherited.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var strings = arguments.map { strdup($0) } + [nil]
        defer { for string in strings { free(string) } }
        var pid: pid_t = 0
        let problem = posix_spawnp(&pid, arguments[0], &actions, &attributes, &strings, environ)
        guard problem == 0 else {
            throw Failure(command: arguments, status: problem, output: String(cString: strerror(problem)))
        }
        processIdentifier = pid
    }

    /// Waits for the end. To be called once.
    /// - Returns: the exit status, or 128 and the number of the signal.
    @discardableResult
    public func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(processIdentifier, &status, 0) < 0, errno == EINTR {}
        return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + status & 0x7f
    }

    /// Sends a signal.
    public func signal(_ number: Int32) { kill(processIdentifier, number) }

    /// Runs a program to its end.
    /// - Returns: its status, and what it printed, standard error included.
    public static func run(_ arguments: [String], input: Int32 = 0) throws -> (status: Int32, output: String) {
        var pipe: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &pipe) == 0 else {
            throw Failure(command: arguments, status: errno, output: "socketpair")
        }
        defer { close(pipe[0]) }
        let process: TestProcess
        do {
            defer { close(pipe[1]) }
            process = try TestProcess(arguments, input: input, output: pipe[1])
        }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = read(pipe[0], &buffer, buffer.count), count > 0 { text += buffer.prefix(count) }
        return (process.wait(), String(decoding: text, as: UTF8.self))
    }

    /// Runs a shell command that must succeed.
    /// - Returns: what it printed.
    @discardableResult
    public static func shell(_ command: String) throws -> String {
        let (status, output) = try run(["bash", "-c", command])
        guard status == 0 else { throw Failure(command: [command], status: status, output: output) }
        return output
    }
}

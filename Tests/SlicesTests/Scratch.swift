import Foundation

/// A directory of files that stand for a host, gone with the test.
final class Scratch: Sendable {
    let root: String

    init() throws {
        root = NSTemporaryDirectory() + "slices-" + UUID().uuidString.prefix(13)
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    func write(_ text: String, to name: String) throws {
        let url = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    func text(of name: String) -> String? { try? String(contentsOfFile: path(name), encoding: .utf8) }

    /// A directory of cgroup v2 as the kernel would fill it.
    func makeSlice(
        _ name: String,
        cpu: String = "max 100000",
        memory: String = "max",
        high: String = "max",
        swap: String = "max",
        tasks: String = "max"
    ) throws {
        try write("\(cpu)\n", to: "\(name)/cpu.max")
        try write("\(memory)\n", to: "\(name)/memory.max")
        try write("\(high)\n", to: "\(name)/memory.high")
        try write("\(swap)\n", to: "\(name)/memory.swap.max")
        try write("\(tasks)\n", to: "\(name)/pids.max")
        try write("", to: "\(name)/cgroup.procs")
    }
}

import Foundation

/// What the kernel needs to hold people to their share of processor, memory and processes.
struct CgroupCheck: Check {
    let id = "cgroups"
    let title = "The kernel can limit what people use"
    let root: String

    static let wanted = ["cpu", "memory", "pids"]

    func look() async throws -> [Finding] {
        let base = root + "/sys/fs/cgroup"
        let unified = try? String(contentsOfFile: "\(base)/cgroup.controllers", encoding: .utf8)
        let missing: [String]
        if let unified {
            let there = unified.split(whereSeparator: \.isWhitespace).map(String.init)
            missing = Self.wanted.filter { !there.contains($0) }
        } else {
            missing = Self.wanted.filter { !FileManager.default.fileExists(atPath: "\(base)/\($0)") }
        }
        guard !missing.isEmpty else { return [] }
        return [
            Finding(
                .warning,
                "the kernel gives no controller for \(missing.joined(separator: ", ")) in \(base)",
                why: "Those limits of the user store are shown, and not in force.",
                remedy: "boot without cgroup_disable=…; on a Raspberry Pi with cgroup_enable=memory in cmdline.txt"
            )
        ]
    }
}

import Foundation

/// People who reach the engine past the guard.
struct DockerAccessCheck: Check {
    let id = "docker-access"
    let title = "Nobody reaches Docker past the guard"
    let root: String

    func look() async throws -> [Finding] {
        guard let text = try? String(contentsOfFile: root + "/etc/group", encoding: .utf8) else {
            throw Unchecked("/etc/group cannot be read")
        }
        return Self.members(of: "docker", in: text).filter { $0 != "diycloud-docker" }.map { name in
            Finding(
                .critical,
                "\(name) is in the group docker",
                why:
                    "Its members may start a container with the whole disk in it, which is as much as root of this host.",
                remedy: "gpasswd --delete \(name) docker   (they reach Docker through the guard all the same)"
            )
        }
    }

    /// group(5).
    static func members(of group: String, in text: String) -> [String] {
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count == 4, fields[0] == group[...] else { continue }
            return fields[3].split(separator: ",").map(String.init)
        }
        return []
    }
}

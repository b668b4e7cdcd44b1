/// F-37: a udev rule for each person with a GPU, which in truth opens all GPUs to the whole group `video`.
struct GPURules: Leftover {
    let id = "gpu-rules"

    private static let directory = "/etc/udev/rules.d"

    func look(at host: LegacyHost) async throws(Unseen) -> LegacyFault? {
        let paths = Self.paths(on: host)
        guard !paths.isEmpty else { return nil }
        let members = try AccountFiles(host: host).groups.first { $0.name == "video" }?.members ?? []
        let who = members.isEmpty ? "nobody" : members.joined(separator: ", ")
        return forPerson(
            .note,
            what: "\(paths.joined(separator: ", ")); in group video: \(who)",
            why: """
                Each says that it is for one person and gives the devices to everybody in group video, so taking the GPU from \
                somebody does nothing as long as one rule is left.
                """,
            // A name in it came from whoever made the account.
            remedy: "rm -i \(Self.directory)/99-nvidia-*.rules && udevadm control --reload-rules && udevadm trigger"
        )
    }

    static func paths(on host: LegacyHost) -> [String] {
        host.names(in: directory).filter { $0.hasPrefix("99-nvidia-") && $0.hasSuffix(".rules") }
            .map { "\(directory)/\($0)" }
            .filter { path in
                guard let text = try? host.text(path) else { return false }
                return text.contains("SUBSYSTEM==\"nvidia*\"") && text.contains("GROUP=\"video\"")
            }
    }
}

/// F-40: the block of `/etc/security/limits.conf` by which the platform limits every account of the host, its own or not.
struct LimitsForEveryone: MendableLeftover {
    let id = "limits-for-everyone"

    private static let path = "/etc/security/limits.conf"
    private static let mark = "# DIY Cloud Platform limits"
    private static let warning = "# These limits are managed by the DIY Cloud Platform"
    /// What the platform writes; a line with another value is somebody's decision.
    private static let written: Set<[String]> = [
        ["*", "soft", "nproc", "1024"], ["*", "hard", "nproc", "4096"], ["*", "soft", "nofile", "1024"],
        ["*", "hard", "nofile", "65536"], ["*", "soft", "stack", "8192"], ["*", "hard", "stack", "65536"],
    ]

    func look(at host: LegacyHost) async throws(Unseen) -> LegacyFault? {
        guard let bytes = try host.bytes(Self.path) else { return nil }
        let lines = TextLines(bytes).texts
        let block = Self.block(lines)
        guard !block.isEmpty else { return nil }
        let limits = block.sorted().compactMap { lines[$0] }.filter { !$0.hasPrefix("#") && !$0.isEmpty }
        return mendable(
            .warning,
            what: "\(Self.path): " + limits.map { Self.words($0).joined(separator: " ") }.joined(separator: "; "),
            why: """
                They hold for all who log in, services with a PAM session among them: 1024 processes and 1024 open files are too few \
                for a notebook server or a database. The bridge limits people by their slice instead.
                """
        )
    }

    func mend(on host: LegacyHost, _ work: RepairWork) async throws(LegacyRepairError) {
        guard let bytes = try? host.bytes(Self.path) else { return }
        let lines = TextLines(bytes)
        let block = Self.block(lines.texts)
        try work.replace(Self.path, with: lines.changed { number, _ in block.contains(number) ? .drop : .keep })
        work.say(
            "Removed the \(block.count) lines of the platform from \(Self.path); who is logged in keeps the old limits."
        )
    }

    /// The numbers of the lines: the mark, what the platform wrote below it, and the empty line above.
    private static func block(_ lines: [String?]) -> Set<Int> {
        var block: Set<Int> = []
        for start in lines.indices where lines[start]?.hasPrefix(mark) == true {
            block.insert(start)
            if start > 0, lines[start - 1] == "" { block.insert(start - 1) }
            for number in lines.index(after: start)..<lines.endIndex {
                guard let line = lines[number], isOfBlock(line) else { break }
                if line.hasPrefix(warning) || written.contains(words(line)) { block.insert(number) }
            }
        }
        return block
    }

    /// Lines for everybody belong to it even when somebody changed them: then they are passed over.
    private static func isOfBlock(_ line: String) -> Bool { line.hasPrefix(warning) || words(line).first == "*" }

    private static func words(_ line: String) -> [String] {
        line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
    }
}

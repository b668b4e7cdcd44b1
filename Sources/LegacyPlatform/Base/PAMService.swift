/// `/etc/pam.d/diycloud`, the platform's PAM service: past the distribution's own stack, and nobody asks it since the bridge has a
/// service of its own. It is left in place, with single words taken out.
struct PAMService {
    static let path = "/etc/pam.d/diycloud"

    /// The words of a rule (pam.conf(5)) with where they stand; empty of a comment.
    private static func words(_ line: String) -> [Substring] {
        guard line.first(where: { $0 != " " && $0 != "\t" }) != "#" else { return [] }
        return line.split(whereSeparator: { $0 == " " || $0 == "\t" })
    }

    /// The management group of a rule, `auth` of `-auth`.
    static func group(_ line: String) -> String? {
        words(line).first.map { String($0.drop { $0 == "-" }).lowercased() }
    }

    /// Which of the words are arguments of a rule.
    static func arguments(_ line: String, among wanted: Set<String>) -> [String] {
        words(line).dropFirst(3).map(String.init).filter(wanted.contains)
    }

    /// The line without these words, each with the blanks before it.
    static func line(_ line: String, without unwanted: Set<String>) -> String {
        var line = line
        for word in words(line).reversed() where unwanted.contains(String(word)) {
            var start = word.startIndex
            while start > line.startIndex, " \t".contains(line[line.index(before: start)]) {
                start = line.index(before: start)
            }
            line.removeSubrange(start..<word.endIndex)
        }
        return line
    }

    /// Lines that are wrong, as they stand in the file.
    static func lines(on host: LegacyHost, where isWrong: ([String], Int) -> Bool) throws(Unseen) -> [String] {
        let lines = (try host.text(path) ?? "").split(separator: "\n", omittingEmptySubsequences: false).map(
            String.init
        )
        return lines.indices.filter { isWrong(lines, $0) }.map { lines[$0] }
    }

    /// Takes words out of the lines that are wrong.
    static func take(
        _ words: Set<String>,
        outOf wrong: [String],
        on host: LegacyHost,
        _ work: RepairWork
    ) throws(LegacyRepairError) {
        guard let bytes = try? host.bytes(path) else { return }
        let changed = TextLines(bytes).changed { _, line in
            wrong.contains(line) ? .become(Self.line(line, without: words)) : .keep
        }
        try work.replace(path, with: changed)
        for line in wrong { work.say("\(path): “\(line)” is “\(Self.line(line, without: words))” now.") }
    }
}

/// F-39: `nullok`, by which an account with an empty password is let in.
struct PAMNullok: MendableLeftover {
    let id = "pam-nullok"

    private static let words: Set<String> = ["nullok", "nullok_secure"]

    func look(at host: LegacyHost) async throws(Unseen) -> LegacyFault? {
        let lines = try Self.lines(on: host)
        guard !lines.isEmpty else { return nil }
        return mendable(
            .warning,
            what: "\(PAMService.path): \(lines.joined(separator: "; "))",
            why: """
                Whoever asks PAM for the service “diycloud” gets in with an empty password where an account has none. \
                (nullok_secure is no word of pam_unix any more since Linux-PAM 1.4.)
                """
        )
    }

    func mend(on host: LegacyHost, _ work: RepairWork) async throws(LegacyRepairError) {
        try PAMService.take(Self.words, outOf: (try? Self.lines(on: host)) ?? [], on: host, work)
    }

    private static func lines(on host: LegacyHost) throws(Unseen) -> [String] {
        try PAMService.lines(on: host) { !PAMService.arguments($0[$1], among: words).isEmpty }
    }
}

/// F-39: `use_authtok` in the first rule of the password stack: no rule before it has asked for a password, so a change always
/// fails (pam_unix(8)).
struct PAMUseAuthtok: MendableLeftover {
    let id = "pam-use-authtok"

    func look(at host: LegacyHost) async throws(Unseen) -> LegacyFault? {
        let lines = try Self.lines(on: host)
        guard !lines.isEmpty else { return nil }
        return mendable(
            .warning,
            what: "\(PAMService.path): \(lines.joined(separator: "; "))",
            why: "Nothing before this rule asks for the new password, so changing one through “diycloud” always fails."
        )
    }

    func mend(on host: LegacyHost, _ work: RepairWork) async throws(LegacyRepairError) {
        try PAMService.take(["use_authtok"], outOf: (try? Self.lines(on: host)) ?? [], on: host, work)
    }

    private static func lines(on host: LegacyHost) throws(Unseen) -> [String] {
        try PAMService.lines(on: host) { lines, number in
            PAMService.group(lines[number]) == "password"
                && !lines[..<number].contains { ["password", "@include"].contains(PAMService.group($0)) }
                && !PAMService.arguments(lines[number], among: ["use_authtok"]).isEmpty
        }
    }
}

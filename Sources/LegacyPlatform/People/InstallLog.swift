/// F-14, F-43: passwords that the installer wrote into its log, which everybody on the host may read.
struct InstallLog: MendableLeftover {
    let id = "admin-password-in-log"

    fileprivate static let scrubbed = "[removed by diycloud doctor]"

    func look(at host: LegacyHost) async throws(Unseen) -> LegacyFault? {
        var said: [String] = []
        var isOpen = false
        for path in Self.logs(on: host) {
            guard let bytes = try host.bytes(path), let status = host.status(path) else { continue }
            let lines = TextLines(bytes).texts.enumerated().filter { $0.element.flatMap(Self.password) != nil }
            guard !lines.isEmpty else { continue }
            isOpen = isOpen || status.st_mode & 0o044 != 0
            let numbers = lines.map { "\($0.offset + 1)" }.joined(separator: ", ")
            said.append("\(path) (mode \(String(status.st_mode & 0o7777, radix: 8))): a password in line \(numbers)")
        }
        guard !said.isEmpty else { return nil }
        return mendable(
            isOpen ? .critical : .warning,
            what: said.joined(separator: "; "),
            why: """
                It is the password of the platform's administrator, in the open for \(isOpen ? "every account of this host" : "root"). \
                Scrubbing does not undo that it was read: set another afterwards, `diycloud-bridge user passwd admin`.
                """
        )
    }

    func mend(on host: LegacyHost, _ work: RepairWork) async throws(LegacyRepairError) {
        for path in Self.logs(on: host) {
            guard let bytes = try? host.bytes(path) else { continue }
            let clean = TextLines(bytes).changed { _, line in
                guard let range = Self.password(line) else { return .keep }
                return .become(line.replacingCharacters(in: range))
            }
            guard clean != bytes else { continue }
            try work.replace(path, with: clean, mode: 0o600)
            work.say("Took the passwords out of \(path); it is 0600 now.")
        }
        work.say(
            "Set another password: diycloud-bridge user passwd admin. Then delete the saved log, which holds the old one."
        )
    }

    private static func logs(on host: LegacyHost) -> [String] {
        host.names(in: LegacyPlaces.log).filter { $0.contains(".log") }.map { "\(LegacyPlaces.log)/\($0)" }
    }

    /// Where in a line of the log, or of an installation's output that somebody kept there, a password stands.
    static func password(_ line: String) -> Range<String.Index>? {
        if let mark = line.firstRange(of: "admin password: ") ?? line.firstRange(of: "Password: ") {
            let rest = line[mark.upperBound...]
            let isTold = rest.isEmpty || rest == "[As provided]" || rest == scrubbed
            return isTold ? nil : mark.upperBound..<line.endIndex
        }
        guard let mark = line.firstRange(of: "\"password\":\"") else { return nil }
        // The installer does not quote what stands in a password (F-43): up to the last quote of the object.
        let end = line.ranges(of: "\"}").last?.lowerBound ?? line.endIndex
        guard mark.upperBound < end, line[mark.upperBound..<end] != scrubbed else { return nil }
        return mark.upperBound..<end
    }
}

extension String {
    fileprivate func replacingCharacters(in range: Range<Index>) -> String {
        self[..<range.lowerBound] + InstallLog.scrubbed + self[range.upperBound...]
    }
}

/// Whom the rules of sudo(8) name: people and groups that may run something as somebody else.
///
/// Which commands a rule allows is not asked: most that look harmless lead to a shell. Rules for `ALL` are passed over,
/// because they tell nobody from anybody (openSUSE begins with one, and asks for root's password); so are netgroups and
/// rules of a directory service, which no file tells of.
public struct SudoRules: Sendable, Equatable {
    /// The file that names the person first, by name.
    public private(set) var users: [String: String] = [:]
    /// The file that names the group first, by name; without the percent sign.
    public private(set) var groups: [String: String] = [:]
    private(set) var uids: [UInt32: String] = [:]
    private(set) var gids: [UInt32: String] = [:]

    public init() {}

    /// Adds what a text in the language of sudoers(5) says. What cannot be understood is passed over.
    /// - Parameter path: the file that it is from.
    public mutating func add(_ text: String, from path: String) {
        let lines = Self.lines(text)
        var aliases: [String: [Substring]] = [:]
        for line in lines {
            if let words = Self.rest(of: line, after: "User_Alias") { Self.add(words, to: &aliases) }
        }
        for line in lines where Self.isRule(line) {
            for subject in Self.subjects(line) { add(subject, from: path, aliases, depth: 0) }
        }
    }

    private mutating func add(_ subject: Substring, from path: String, _ aliases: [String: [Substring]], depth: Int) {
        let subject = Self.plain(subject)
        if let members = aliases[subject] {
            // Aliases that name each other in a ring are sudo's own error.
            guard depth < 8 else { return }
            return members.forEach { add($0, from: path, aliases, depth: depth + 1) }
        }
        guard subject != "ALL", let first = subject.first, first != "!", first != "+" else { return }
        if subject.hasPrefix("%#") {
            if let gid = UInt32(subject.dropFirst(2)) { gids[gid] = gids[gid] ?? path }
        } else if first == "%" {
            let name = String(subject.drop { $0 == "%" || $0 == ":" })
            groups[name] = groups[name] ?? path
        } else if first == "#" {
            if let uid = UInt32(subject.dropFirst()) { uids[uid] = uids[uid] ?? path }
        } else {
            users[subject] = users[subject] ?? path
        }
    }

    // MARK: The language, as far as it is needed

    /// The lines without comments, continued lines put together (sudoers(5), "Other special characters").
    static func lines(_ text: String) -> [Substring] {
        let joined = text.replacing("\\\n", with: " ")
        return joined.split(separator: "\n").map { line in
            var previous: Character = " "
            var isQuoted = false
            let end = line.indices.first { index in
                defer { previous = line[index] }
                if line[index] == "\"" { isQuoted.toggle() }
                guard line[index] == "#", !isQuoted, previous != "\\", previous != "%" else { return false }
                let next = line[line.index(after: index)...].first
                return next?.isWholeNumber != true
            }
            return trimmed(end.map { line[..<$0] } ?? line)
        }
    }

    /// The files and directories that a text asks for (`@include`, `#includedir`, …).
    static func inclusions(_ text: String) -> [(path: String, isDirectory: Bool)] {
        text.replacing("\\\n", with: " ").split(separator: "\n").compactMap { line in
            let line = trimmed(line)
            guard let sign = line.first, sign == "@" || sign == "#" else { return nil }
            for (word, isDirectory) in [("includedir", true), ("include", false)] {
                if let path = rest(of: line.dropFirst(), after: word) { return (plain(path), isDirectory) }
            }
            return nil
        }
    }

    private static func isRule(_ line: Substring) -> Bool {
        let others = ["Defaults", "User_Alias", "Runas_Alias", "Host_Alias", "Cmnd_Alias", "Cmd_Alias", "@include"]
        return line.contains("=") && !others.contains(where: line.hasPrefix)
    }

    /// The list that a rule begins with: items with commas between them, up to the first blank that no comma is at.
    private static func subjects(_ line: Substring) -> [Substring] {
        var items: [Substring] = []
        var rest = line
        while true {
            var isQuoted = false
            var isEscaped = false
            let end =
                rest.indices.first { index in
                    let character = rest[index]
                    defer { isEscaped = character == "\\" && !isEscaped }
                    if character == "\"" { isQuoted.toggle() }
                    return !isQuoted && !isEscaped && (character == "," || character.isWhitespace)
                } ?? rest.endIndex
            if end > rest.startIndex { items.append(rest[..<end]) }
            rest = trimmed(rest[end...])
            guard rest.first == "," else { return items }
            rest = trimmed(rest.dropFirst())
        }
    }

    /// `A = x, y : B = z`.
    private static func add(_ words: Substring, to aliases: inout [String: [Substring]]) {
        for definition in words.split(separator: ":") where definition.contains("=") {
            let sides = definition.split(separator: "=", maxSplits: 1)
            guard sides.count == 2 else { continue }
            aliases[String(trimmed(sides[0])), default: []] += sides[1].split(separator: ",").map(trimmed)
        }
    }

    private static func rest(of line: Substring, after word: String) -> Substring? {
        guard line.hasPrefix(word), line.dropFirst(word.count).first?.isWhitespace == true else { return nil }
        return trimmed(line.dropFirst(word.count))
    }

    /// Without quotes and backslashes.
    private static func plain(_ text: Substring) -> String { String(text.filter { $0 != "\"" && $0 != "\\" }) }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

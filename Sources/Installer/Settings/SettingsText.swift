/// The text of `bridge.yaml`, of which single values are changed and everything else stays as it was written: comments, order, blank lines.
///
/// Knows the shape that the file has: sections at the left edge, keys below them indented by two blanks, a value on the line of its key or
/// in deeper lines below it. What is written differently (a section in braces) is not touched.
struct SettingsText: Equatable {
    private var lines: [String]

    init(_ text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
    }

    var text: String { lines.joined(separator: "\n") + "\n" }

    /// The value of `section.key`, `section.sub.key` or `key` as it is written, without comment; the lines below it for a block.
    /// - Returns: nil when it is not there.
    func value(of key: String) -> String? {
        guard let place = place(of: key) else { return nil }
        let own = Self.split(lines[place.lowerBound]).value
        let block = lines[place.dropFirst()].filter { !Self.isBlank($0) }
        return own.isEmpty && !block.isEmpty ? block.joined(separator: "\n") : own
    }

    /// Sets a value, in its place or, when it is not there, at the end of its section.
    /// - Parameter value: on one line, or several: then they are the block below the key, indented from zero.
    /// - Returns: false when the file is written in a way that this cannot change.
    mutating func set(_ key: String, to value: String) -> Bool {
        let path = key.split(separator: ".").map(String.init)
        let indent = String(repeating: "  ", count: path.count - 1)
        guard let name = path.last else { return false }
        let new = Self.written(name, value, indent: indent)
        if let place = place(of: key) {
            var kept = new
            if new.count == 1 {
                let comment = Self.split(lines[place.lowerBound]).comment
                if !comment.isEmpty { kept[0] += "  " + comment }
            }
            lines.replaceSubrange(place, with: kept)
            return true
        }
        if path.count == 1 {
            lines += [""] + new
            return true
        }
        guard let end = open(Array(path.dropLast())) else { return false }
        lines.insert(contentsOf: new, at: end)
        return true
    }

    /// Makes a section, and those that it is in, where they are missing.
    /// - Returns: the line at its end; nil when it is written in braces, with something in them.
    private mutating func open(_ path: [String]) -> Int? {
        guard let name = path.last else { return nil }
        if let section = place(of: path.joined(separator: ".")) {
            let own = Self.split(lines[section.lowerBound]).value
            guard own.isEmpty || own == "{}" || own == "null" else { return nil }
            if !own.isEmpty { lines[section.lowerBound] = Self.upToColon(lines[section.lowerBound]) }
            return section.upperBound
        }
        if path.count == 1 {
            lines += ["", "\(name):"]
            return lines.count
        }
        guard let end = open(Array(path.dropLast())) else { return nil }
        lines.insert(String(repeating: "  ", count: path.count - 1) + "\(name):", at: end)
        return end + 1
    }

    /// The lines of a key: its own and those that are indented deeper, without what trails them.
    private func place(of key: String) -> Range<Int>? {
        var range = 0..<lines.count
        var found: Range<Int>?
        for (depth, name) in key.split(separator: ".").enumerated() {
            let indent = String(repeating: "  ", count: depth)
            guard let start = range.first(where: { Self.isKey(name, lines[$0], indent: indent) }) else { return nil }
            var end = start + 1
            var last = end
            while end < range.upperBound, Self.isBlank(lines[end]) || lines[end].hasPrefix(indent + "  ") {
                end += 1
                if !Self.isBlank(lines[end - 1]) { last = end }
            }
            found = start..<last
            range = start + 1..<last
        }
        return found
    }

    private static func isKey(_ name: Substring, _ line: String, indent: String) -> Bool {
        guard line.hasPrefix("\(indent)\(name):") else { return false }
        let rest = line.dropFirst(indent.count + name.count + 1)
        return rest.isEmpty || rest.hasPrefix(" ")
    }

    /// Blank, or a comment: neither belongs to a key.
    private static func isBlank(_ line: String) -> Bool {
        let word = line.drop { $0 == " " }
        return word.isEmpty || word.hasPrefix("#")
    }

    private static func upToColon(_ line: String) -> String {
        guard let colon = line.firstIndex(of: ":") else { return line }
        return String(line[...colon])
    }

    private static func split(_ line: String) -> (value: String, comment: String) {
        guard let colon = line.firstIndex(of: ":") else { return ("", "") }
        let rest = line[line.index(after: colon)...]
        var quote: Character?
        var before: Character = " "
        for index in rest.indices {
            let character = rest[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "#", before == " " {
                return (trimmed(rest[..<index]), String(rest[index...]))
            }
            before = character
        }
        return (trimmed(rest), "")
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    private static func written(_ name: String, _ value: String, indent: String) -> [String] {
        guard value.contains("\n") else { return ["\(indent)\(name): \(value)"] }
        return ["\(indent)\(name):"] + value.split(separator: "\n").map { "\(indent)  \($0)" }
    }
}

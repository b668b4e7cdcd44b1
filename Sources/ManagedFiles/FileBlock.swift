/// Our lines in a text of somebody else's.
struct FileBlock {
    static let begin = "# diycloud: begin (diycloud uninstall takes these lines out again)"
    static let end = "# diycloud: end"

    let lines: String
    /// Text of the line below which they stand.
    let after: String?

    /// The text with our lines in it, in the place of older ones of ours.
    /// - Returns: nil when there is no line to stand below.
    func put(into text: String) -> String? {
        var rest = Self.taken(outOf: text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if rest.last == "" { rest.removeLast() }
        let block = [Self.begin] + lines.split(separator: "\n").map(String.init) + [Self.end]
        guard let after else { return (rest + block).joined(separator: "\n") + "\n" }
        let anchor = rest.firstIndex { line in
            line.contains(after) && !line.drop { $0 == " " || $0 == "\t" }.hasPrefix("#")
        }
        guard let anchor else { return nil }
        rest.insert(contentsOf: block, at: anchor + 1)
        return rest.joined(separator: "\n") + "\n"
    }

    /// The text without any lines of ours.
    static func taken(outOf text: String) -> String {
        var kept: [Substring] = []
        var isOurs = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let word = line.drop { $0 == " " || $0 == "\t" }
            if word.hasPrefix("# diycloud: begin") {
                isOurs = true
            } else if isOurs, word.hasPrefix(end) {
                isOurs = false
            } else if !isOurs {
                kept.append(line)
            }
        }
        // A begin without an end would swallow the rest of the file: then nothing is taken.
        return isOurs ? text : kept.joined(separator: "\n")
    }
}

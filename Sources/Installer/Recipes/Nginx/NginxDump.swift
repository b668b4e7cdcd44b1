/// The whole configuration as `nginx -T` prints it, file by file.
package struct NginxDump {
    package struct File {
        package let path: String
        package let directives: [[Substring]]
    }

    package let files: [File]

    package init(_ text: String) {
        var files: [File] = []
        var path: String?
        var lines: [Substring] = []
        func end() {
            if let path { files.append(File(path: path, directives: Self.directives(lines.joined(separator: "\n")))) }
            lines = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("# configuration file "), line.hasSuffix(":") {
                end()
                path = String(line.dropFirst("# configuration file ".count).dropLast())
            } else {
                lines.append(line)
            }
        }
        end()
        self.files = files
    }

    /// The file whose server takes what no other server of a port is named for; nil when nobody says so.
    /// - Parameter ours: paths that do not count.
    func defaultServer(on port: Int, except ours: Set<String>) -> String? {
        files.first { file in
            !ours.contains(file.path) && file.directives.contains { Self.isDefault($0, port: port) }
        }?.path
    }

    private static func isDefault(_ directive: [Substring], port: Int) -> Bool {
        guard directive.first == "listen", let address = directive.dropFirst().first else { return false }
        // `default` is the name before 0.8.21, and still taken.
        guard directive.contains("default_server") || directive.contains("default") else { return false }
        return ["", "*:", "0.0.0.0:", "[::]:"].contains { address == "\($0)\(port)" }
            || (port == 80 && ["*", "0.0.0.0", "[::]"].contains(address))
    }

    /// Words of each directive, without comments; blocks are opened up.
    private static func directives(_ text: String) -> [[Substring]] {
        var all: [[Substring]] = []
        var words: [Substring] = []
        var start: String.Index?
        var quote: Character?
        var isComment = false
        var index = text.startIndex
        func endWord() {
            if let begun = start { words.append(text[begun..<index]) }
            start = nil
        }
        while index < text.endIndex {
            let sign = text[index]
            if isComment {
                if sign == "\n" { isComment = false }
            } else if let open = quote {
                if sign == "\\" {
                    index = text.index(after: index)
                    if index == text.endIndex { break }
                } else if sign == open {
                    quote = nil
                }
            } else if sign == "\"" || sign == "'" {
                quote = sign
                if start == nil { start = index }
            } else if sign == "#", start == nil {
                isComment = true
            } else if sign.isWhitespace {
                endWord()
            } else if sign == ";" || (sign == "}" && start == nil) || (sign == "{" && !isVariable(text, before: index))
            {
                endWord()
                if !words.isEmpty { all.append(words) }
                words = []
            } else if start == nil {
                start = index
            }
            index = text.index(after: index)
        }
        return all
    }

    /// `${name}` opens no block; and as in ngx_conf_read_token, a brace closes one only where no word has begun.
    private static func isVariable(_ text: String, before index: String.Index) -> Bool {
        index > text.startIndex && text[text.index(before: index)] == "$"
    }
}

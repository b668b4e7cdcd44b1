import Glibc

extension SudoRules {
    /// sudo's own limit is 128; a ring ends sooner here.
    private static let deepest = 8

    /// Reads `sudoers` and what it includes. What does not exist or cannot be read says nothing.
    /// - Parameter etc: stands for `/etc`, also in the paths that the files name.
    public static func read(in etc: String = "/etc") -> SudoRules {
        var rules = SudoRules()
        rules.addFile("/etc/sudoers", etc, depth: 0)
        return rules
    }

    private mutating func addFile(_ path: String, _ etc: String, depth: Int) {
        guard depth < Self.deepest, let file = try? ColonFile(path: Self.place(path, etc)) else { return }
        let text = file.text
        add(text, from: path)
        for (included, isDirectory) in Self.inclusions(text) {
            // A relative path is one beside the file (sudoers(5)).
            let target = included.hasPrefix("/") ? included : "\(Self.parent(of: path))/\(included)"
            guard isDirectory else {
                addFile(target, etc, depth: depth + 1)
                continue
            }
            for name in Self.names(in: Self.place(target, etc)) { addFile("\(target)/\(name)", etc, depth: depth + 1) }
        }
    }

    /// sudo passes over names that end in `~` or have a dot: what editors and packages leave behind.
    private static func names(in path: String) -> [String] {
        guard let directory = Directory(opening: path) else { return [] }
        defer { close(directory.number) }
        return directory.entries().filter { !$0.hasSuffix("~") && !$0.contains(".") }.sorted()
    }

    private static func place(_ path: String, _ etc: String) -> String {
        path.hasPrefix("/etc/") ? etc + path.dropFirst(4) : path
    }

    private static func parent(of path: String) -> Substring { path[..<(path.lastIndex(of: "/") ?? path.startIndex)] }
}

/// What pip has come to, from what it wrote so far (pip 22 to 26, `--progress-bar off`).
struct PipProgress: Equatable, Sendable {
    /// Packages of the lock that pip has looked at.
    private(set) var collected = 0
    /// Megabytes of wheels that it fetched.
    private(set) var megabytes = 0.0
    private(set) var isInstalling = false

    init(reading log: String = "") {
        for line in log.split(whereSeparator: \.isNewline) { read(line) }
    }

    /// Of `count` packages, as a line for a person.
    func line(of count: Int) -> String {
        if isInstalling { return "Putting \(collected) packages in place" }
        if collected == 0 { return "Making a virtual environment" }
        // A lock also names packages for other versions of Python.
        let fetched = megabytes >= 1 ? ", \(Int(megabytes)) MB" : ""
        return "Collecting packages: \(collected) of at most \(max(count, collected))\(fetched)"
    }

    private mutating func read(_ line: Substring) {
        let line = line.drop(while: \.isWhitespace)
        // From an index, or from a directory of wheels.
        if line.hasPrefix("Collecting ") || line.hasPrefix("Processing ") {
            collected += 1
        } else if line.hasPrefix("Installing collected packages") {
            isInstalling = true
        } else if line.hasPrefix("Downloading "), let size = line.split(separator: "(").last, size.hasSuffix(")") {
            megabytes += Self.megabytes(size.dropLast())
        }
    }

    /// `11.4 MB`, `205 kB`, `812 bytes`.
    private static func megabytes(_ text: Substring) -> Double {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let number = Double(parts[0]) else { return 0 }
        switch parts[1] {
        case "MB": return number
        case "kB": return number / 1000
        case "GB": return number * 1000
        default: return 0
        }
    }

    /// Packages that a lock names, each once.
    static func packages(inLock text: String) -> Int {
        Set(
            text.split(whereSeparator: \.isNewline).compactMap { line -> Substring? in
                guard line.first?.isWhitespace == false, line.first != "#" else { return nil }
                return line.firstRange(of: "==").map { line[..<$0.lowerBound] }
            }
        ).count
    }
}

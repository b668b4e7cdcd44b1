/// A file of lines, of which some are changed: all others stay byte for byte.
struct TextLines {
    /// What becomes of a line.
    enum Change: Equatable {
        case keep
        case drop
        case become(String)
    }

    private let lines: [ArraySlice<UInt8>]

    init(_ bytes: [UInt8]) { lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) }

    /// The lines as text; nil where one is no UTF-8, and so nobody's of the platform.
    var texts: [String?] { lines.map { String(validating: $0, as: UTF8.self) } }

    /// - Parameter change: what becomes of a line, by its number from 0.
    func changed(_ change: (Int, String) -> Change) -> [UInt8] {
        var kept: [ArraySlice<UInt8>] = []
        for (number, line) in lines.enumerated() {
            guard let text = String(validating: line, as: UTF8.self) else {
                kept.append(line)
                continue
            }
            switch change(number, text) {
            case .keep: kept.append(line)
            case .drop: break
            case .become(let text): kept.append(ArraySlice(text.utf8))
            }
        }
        return Array(kept.joined(separator: [UInt8(ascii: "\n")]))
    }
}

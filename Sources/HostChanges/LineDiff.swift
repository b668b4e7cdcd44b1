/// The difference of two texts, as `diff -u` shows it.
public struct LineDiff: Sendable {
    /// Lines of both sides around a difference.
    private static let context = 3

    private enum Line: Equatable {
        case same(Substring), removed(Substring), added(Substring)

        var text: String {
            switch self {
            case .same(let text): " \(text)"
            case .removed(let text): "-\(text)"
            case .added(let text): "+\(text)"
            }
        }
    }

    /// - Parameters:
    ///   - old: what is there. - new: what would be there. - name: stands in the head, after `---` and `+++`.
    /// - Returns: an empty text when both are the same.
    public static func unified(from old: String, to new: String, name: String) -> String {
        guard old != new else { return "" }
        let oldLines = lines(of: old)
        let newLines = lines(of: new)
        let all = aligned(oldLines, newLines)
        var text = "--- \(name)\n+++ \(name) (new)\n"
        for hunk in hunks(of: all) {
            var (oldStart, newStart) = (1, 1)
            for line in all[..<hunk.lowerBound] {
                if case .added = line {} else { oldStart += 1 }
                if case .removed = line {} else { newStart += 1 }
            }
            let part = all[hunk]
            let oldCount = part.count { if case .added = $0 { false } else { true } }
            let newCount = part.count { if case .removed = $0 { false } else { true } }
            text += "@@ -\(oldCount == 0 ? oldStart - 1 : oldStart),\(oldCount) "
            text += "+\(newCount == 0 ? newStart - 1 : newStart),\(newCount) @@\n"
            text += part.map { $0.text + "\n" }.joined()
        }
        return text
    }

    private static func lines(of text: String) -> [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    private static func aligned(_ old: [Substring], _ new: [Substring]) -> [Line] {
        var removed = Set<Int>()
        var added = Set<Int>()
        for change in new.difference(from: old) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var lines: [Line] = []
        var (i, j) = (0, 0)
        while i < old.count || j < new.count {
            if removed.contains(i) {
                lines.append(.removed(old[i]))
                i += 1
            } else if added.contains(j) {
                lines.append(.added(new[j]))
                j += 1
            } else {
                lines.append(.same(old[i]))
                i += 1
                j += 1
            }
        }
        return lines
    }

    private static func hunks(of lines: [Line]) -> [Range<Int>] {
        var hunks: [Range<Int>] = []
        for (index, line) in lines.enumerated() {
            if case .same = line { continue }
            let range = max(0, index - context)..<min(lines.count, index + context + 1)
            if let last = hunks.last, range.lowerBound <= last.upperBound {
                hunks[hunks.count - 1] = last.lowerBound..<range.upperBound
            } else {
                hunks.append(range)
            }
        }
        return hunks
    }
}

/// Rows of text under headings, each column as wide as its widest cell.
struct TextTable: CustomStringConvertible {
    private var rows: [[String]]

    init(_ headings: String...) { rows = [headings] }

    var isEmpty: Bool { rows.count == 1 }

    mutating func add(_ cells: String...) { rows.append(cells) }

    /// The columns of a terminal that it takes.
    var width: Int { widths.reduce(0, +) + 2 * (rows[0].count - 1) }

    private var widths: [Int] {
        var widths = rows[0].map { _ in 0 }
        for row in rows { for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.count) } }
        return widths
    }

    var description: String {
        let widths = widths
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
            }
            return line
        }.joined(separator: "\n")
    }
}

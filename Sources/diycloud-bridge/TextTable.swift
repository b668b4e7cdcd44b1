<<<<<<< HEAD
/// Rows of text under headings, each column as wide as its widest cell.
struct TextTable: CustomStringConvertible {
=======
/// Rows of text under headings, in columns that are as wide as they must be.
struct TextTable {
>>>>>>> sessions
    private var rows: [[String]]

    init(_ headings: String...) { rows = [headings] }

<<<<<<< HEAD
    var isEmpty: Bool { rows.count == 1 }

    mutating func add(_ cells: String...) { rows.append(cells) }

    var description: String {
        var widths = rows[0].map { _ in 0 }
        for row in rows { for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.count) } }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
            }
            return line
=======
    mutating func add(_ row: String...) { rows.append(row) }

    var text: String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                column == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
            }
            return cells.joined(separator: "  ")
>>>>>>> sessions
        }.joined(separator: "\n")
    }
}

import GRDB
import GRDBSQLite

extension StoredValue {
    /// Reads a column of the row that a statement stands on.
    ///
    /// Not by GRDB's own value: that ends a text at its first NUL, and so would take `root<NUL>x` for `root`.
    init(_ statement: SQLiteStatement, column: Int32) {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: self = .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: self = .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            // The text first, then its length: sqlite3_column_text may convert (c3ref/column_blob.html).
            guard let bytes = sqlite3_column_text(statement, column) else {
                self = .null
                return
            }
            let count = min(Int(sqlite3_column_bytes(statement, column)), Self.longestText)
            self = .text(String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self))
        case SQLITE_BLOB: self = .blob(byteCount: Int(sqlite3_column_bytes(statement, column)))
        default: self = .null
        }
    }
}

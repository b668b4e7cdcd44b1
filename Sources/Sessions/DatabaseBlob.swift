import Foundation

extension [UInt8] {
    /// The bytes as GRDB wants them for a BLOB column.
    var databaseBlob: Data { Data(self) }

    init(blob: Data) { self = Array(blob) }
}

import Glibc

/// A file of lines with fields between colons (passwd(5), shadow(5), group(5), gshadow(5)), as bytes.
///
/// Nothing promises that these files are UTF-8, so text is made of single fields only, with what is invalid replaced.
struct ColonFile {
    typealias Field = ArraySlice<UInt8>

    private let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Reads a file in one go: the tools replace these files by rename(2), so that one descriptor is one version.
    /// - Throws: ``AccountFilesError``.
    init(path: String) throws(AccountFilesError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.error(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.error(path) }
        var bytes = [UInt8](repeating: 0, count: max(4096, Int(status.st_size) + 1))
        var length = 0
        while true {
            if length == bytes.count { bytes += [UInt8](repeating: 0, count: length) }
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress?.advanced(by: length), buffer.count - length)
            }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw Self.error(path)
            }
            guard count > 0 else { break }
            length += count
        }
        bytes.removeLast(bytes.count - length)
        self.bytes = bytes
    }

    /// Gives each line's fields, empty lines and comments included.
    func forEachLine(_ body: ([Field]) -> Void) {
        var start = bytes.startIndex
        while start < bytes.endIndex {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
            body(bytes[start..<end].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false))
            start = end + 1
        }
    }

    /// All of it; invalid UTF-8 is replaced.
    var text: String { Self.text(bytes[...]) }

    static func text(_ field: Field) -> String {
        field.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// The names of a list with commas.
    static func names(_ field: Field) -> [String] { field.split(separator: UInt8(ascii: ",")).map(text) }

    /// A decimal number without sign; `nil` for anything else, and for what does not fit.
    static func number<Number: FixedWidthInteger>(_ field: Field, as type: Number.Type = Number.self) -> Number? {
        guard !field.isEmpty else { return nil }
        var value: Number = 0
        for byte in field {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            let (product, high) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Number(byte - UInt8(ascii: "0")))
            guard !high, !carry else { return nil }
            value = sum
        }
        return value
    }

    /// A user or group id; (id_t)-1 means "no id" to the kernel (chown(2)).
    static func id(_ field: Field) -> UInt32? { number(field, as: UInt32.self).flatMap { $0 == .max ? nil : $0 } }

    /// Whether a name can be one of an account: not empty, no comment, no `+` or `-` of NIS (nsswitch.conf(5)).
    static func isName(_ field: Field) -> Bool {
        guard let first = field.first else { return false }
        return ![UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "#")].contains(first)
    }

    private static func error(_ path: String) -> AccountFilesError {
        AccountFilesError(path: path, reason: String(cString: strerror(errno)), isMissing: errno == ENOENT)
    }
}

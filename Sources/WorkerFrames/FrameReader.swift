/// Takes fields from the bytes of a payload, never beyond their end.
package struct FrameReader {
    private var rest: Slice<UnsafeRawBufferPointer>

    /// Reads the version.
    package init(_ payload: UnsafeRawBufferPointer) throws(FrameError) {
        rest = payload[...]
        let version = try byte()
        guard version == Frame.version else { throw .unsupportedVersion(version) }
    }

    package mutating func byte() throws(FrameError) -> UInt8 {
        guard let first = rest.popFirst() else { throw .truncated }
        return first
    }

    package mutating func bytes(_ count: Int) throws(FrameError) -> UnsafeRawBufferPointer {
        guard count <= rest.count else { throw .truncated }
        defer { rest = rest.dropFirst(count) }
        return UnsafeRawBufferPointer(rebasing: rest.prefix(count))
    }

    package mutating func count(atMost limit: Int, _ field: String) throws(FrameError) -> Int {
        let value = Int(try byte()) << 8 | Int(try byte())
        guard value <= limit else { throw .badValue(field: field) }
        return value
    }

    package mutating func integer<Integer: FixedWidthInteger & UnsignedInteger>(_: Integer.Type) throws(FrameError)
        -> Integer
    {
        try bytes(MemoryLayout<Integer>.size).reduce(0) { $0 << 8 | Integer($1) }
    }

    package mutating func flag(_ field: String) throws(FrameError) -> Bool {
        switch try byte() {
        case 0: return false
        case 1: return true
        default: throw .badValue(field: field)
        }
    }

    package mutating func text(atMost limit: Int, _ field: String) throws(FrameError) -> String {
        let raw = try bytes(try count(atMost: limit, field))
        guard let text = String(validating: raw, as: UTF8.self) else { throw .badValue(field: field) }
        return text
    }

    package func end() throws(FrameError) {
        guard rest.isEmpty else { throw .trailingBytes }
    }
}

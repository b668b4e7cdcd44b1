import NIOCore

/// Cuts a stream into lines, however it comes in pieces. A line over the limit is left out: it is somebody's who writes huge
/// labels, and everybody else's lines come behind it.
struct LineSplitter {
    private let limit: Int
    private var rest = ByteBuffer()
    private var searched = 0
    /// Whether `rest` begins within a line that is too long.
    private var isSkipping = false

    /// - Parameter limit: of a line, in bytes without its end.
    init(limit: Int) { self.limit = limit }

    /// Takes the next piece.
    /// - Returns: the lines that are whole now, without their ends.
    mutating func append(_ bytes: inout ByteBuffer) -> [ByteBuffer] {
        rest.writeBuffer(&bytes)
        var lines: [ByteBuffer] = []
        var hasTaken = false
        while let length = lineLength(), let line = rest.readSlice(length: length) {
            rest.moveReaderIndex(forwardBy: 1)
            searched = 0
            hasTaken = true
            if !isSkipping, length <= limit { lines.append(line) }
            isSkipping = false
        }
        if rest.readableBytes > limit { isSkipping = true }
        // What was handed out shares the storage: the rest starts anew.
        if isSkipping {
            rest = ByteBuffer()
        } else if hasTaken {
            rest = ByteBuffer(bytes: rest.readableBytesView)
        }
        searched = rest.readableBytes
        return lines
    }

    /// What comes behind the last line's end.
    mutating func finish() -> ByteBuffer? {
        defer { rest = ByteBuffer() }
        return rest.readableBytes > 0 && !isSkipping ? rest : nil
    }

    private func lineLength() -> Int? {
        let view = rest.readableBytesView
        let start = view.index(view.startIndex, offsetBy: searched)
        return view[start...].firstIndex(of: UInt8(ascii: "\n")).map { view.distance(from: view.startIndex, to: $0) }
    }
}

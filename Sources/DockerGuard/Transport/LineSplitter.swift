import NIOCore

/// Cuts a stream into lines, which may come in any pieces.
struct LineSplitter {
    /// A line is longer than anybody may make us hold.
    struct LineTooLong: Error {}

    private let limit: Int
    private var rest = ByteBuffer()
    /// How much of ``rest`` is known to have no line feed.
    private var searched = 0

    /// - Parameter limit: the longest line without its line feed, in bytes.
    init(limit: Int) { self.limit = limit }

    /// - Returns: the lines that are complete now, without their line feeds.
    /// - Throws: ``LineTooLong``.
    mutating func append(_ bytes: inout ByteBuffer) throws(LineTooLong) -> [ByteBuffer] {
        rest.writeBuffer(&bytes)
        var lines: [ByteBuffer] = []
        while let length = lineLength() {
            guard length <= limit, let line = rest.readSlice(length: length) else { throw LineTooLong() }
            rest.moveReaderIndex(forwardBy: 1)
            searched = 0
            lines.append(line)
        }
        guard rest.readableBytes <= limit else { throw LineTooLong() }
        searched = rest.readableBytes
        // What was handed out shares the storage: the rest starts anew.
        if !lines.isEmpty { rest = ByteBuffer(bytes: rest.readableBytesView) }
        return lines
    }

    /// What is left at the end of the stream; `nil` when it ended with a line feed.
    mutating func finish() -> ByteBuffer? {
        defer { rest = ByteBuffer() }
        return rest.readableBytes > 0 ? rest : nil
    }

    private func lineLength() -> Int? {
        let view = rest.readableBytesView
        let start = view.index(view.startIndex, offsetBy: searched)
        return view[start...].firstIndex(of: UInt8(ascii: "\n")).map { view.distance(from: view.startIndex, to: $0) }
    }
}

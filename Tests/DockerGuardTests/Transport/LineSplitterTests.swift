import NIOCore
import Testing

@testable import DockerGuard

@Suite("Lines of a stream")
struct LineSplitterTests {
    @Test("lines come out whole and in order, however the stream is cut")
    func cuts() throws {
        let text = "one\n\ntwo three\nfour"
        for size in 1...text.utf8.count {
            var splitter = LineSplitter(limit: 100)
            var lines: [String] = []
            var rest = ByteBuffer(string: text)
            while rest.readableBytes > 0 {
                let slice = rest.readSlice(length: min(size, rest.readableBytes))
                var piece = try #require(slice)
                lines += try splitter.append(&piece).map { String(buffer: $0) }
            }
            #expect(lines == ["one", "", "two three"])
            #expect(splitter.finish().map { String(buffer: $0) } == "four")
        }
    }

    @Test("a line over the limit is an error, with or without its end")
    func bounds() throws {
        var splitter = LineSplitter(limit: 3)
        var fits = ByteBuffer(string: "abc\n")
        #expect(try splitter.append(&fits).count == 1)
        var long = ByteBuffer(string: "abcd")
        #expect(throws: LineSplitter.LineTooLong.self) { try splitter.append(&long) }
    }
}

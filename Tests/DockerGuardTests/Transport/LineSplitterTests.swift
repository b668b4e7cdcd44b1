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
                lines += splitter.append(&piece).map { String(buffer: $0) }
            }
            #expect(lines == ["one", "", "two three"])
            #expect(splitter.finish().map { String(buffer: $0) } == "four")
        }
    }

    @Test("a line over the limit is left out, and those around it are not")
    func bounds() throws {
        let text = "abc\nabcdefgh\nde\nabcd\n\nf\nabcdefgh"
        for size in 1...text.utf8.count {
            var splitter = LineSplitter(limit: 3)
            var lines: [String] = []
            var rest = ByteBuffer(string: text)
            while rest.readableBytes > 0 {
                let slice = rest.readSlice(length: min(size, rest.readableBytes))
                var piece = try #require(slice)
                lines += splitter.append(&piece).map { String(buffer: $0) }
            }
            #expect(lines == ["abc", "de", "", "f"])
            #expect(splitter.finish() == nil)
        }
    }
}

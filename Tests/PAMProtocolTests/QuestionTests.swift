import PAMProtocol
import Testing

@Suite("Questions")
struct QuestionTests {
    @Test("control characters become spaces and long texts are cut between characters")
    func isPlainText() {
        #expect(Question(kind: .info, text: "a\u{1b}[31mb\r\nc\0d\u{9b}").text == "a [31mb \nc d ")
        let long = Question(kind: .info, text: String(repeating: "é", count: 600) + "x").text
        #expect(long.utf8.count == 1024)
        #expect(Question(kind: .info, text: "x" + String(repeating: "é", count: 600)).text.utf8.count == 1023)
    }
}

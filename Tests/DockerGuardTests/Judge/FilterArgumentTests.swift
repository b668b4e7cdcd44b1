import DockerPolicy
import Testing

@testable import DockerGuard

@Suite("Parts of the judge that need no engine")
struct FilterArgumentTests {
    @Test("both forms of filters are read, and the owner's label is added to what is there")
    func forms() throws {
        for text in [#"{"label":["a=b"]}"#, #"{"label":{"a=b":true,"c":false}}"#] {
            var filter = try FilterArgument(text)
            filter.require("label", "owner=x")
            #expect(filter.text == #"{"label":["a=b","owner=x"]}"#)
        }
        #expect(try FilterArgument(nil).text == "{}")
    }

    @Test("what is no filter is refused")
    func malformed() {
        for text in ["[]", "{", "1", #"{"label":"a"}"#, #"{"label":[1]}"#, #"{"label":{"a":1}}"#] {
            #expect(throws: DockerRefusal.self, "\(text)") { _ = try FilterArgument(text) }
        }
    }

    @Test("the ledger of execs forgets the oldest, and never who made the newest")
    func ledger() async {
        let ledger = ExecLedger(capacity: 8)
        for number in 0..<100 { await ledger.made("\(number)", by: "alice") }
        #expect(await ledger.wasMade("99", by: "alice"))
        #expect(await !ledger.wasMade("99", by: "bob"))
        #expect(await !ledger.wasMade("0", by: "alice"))
    }
}

import Distributions
import TestSupport
import Testing

@Suite("os-release(5)")
struct OSReleaseTests {
    @Test(
        "a value is what a shell would make of it",
        arguments: [
            (#"NAME=Fedora"#, "Fedora"),
            (#"NAME="Fedora Linux""#, "Fedora Linux"),
            (#"NAME='Fedora Linux'"#, "Fedora Linux"),
            (#"NAME="a \"b\" \$c \\ \`d\` \n""#, #"a "b" $c \ `d` \n"#),
            (#"NAME='a "b" \$c'"#, #"a "b" \$c"#),
            (#"NAME=a\ b"#, "a b"),
            (#"NAME=a b"#, "a"),
            (#"NAME="a"'b'c"#, "abc"),
            (#"  NAME="indented" "#, "indented"),
            ("NAME=crlf\r\nID=x", "crlf"),
            (#"NAME="open"#, "open"),
            ("NAME=first\nNAME=second", "second"),
            ("NAME=Größe", "Größe"),
        ]
    )
    func quoting(text: String, value: String) { #expect(OSRelease(parsing: text).fields["NAME"] == value) }

    @Test("comments, empty lines and what is no assignment are passed over")
    func foreign() {
        let system = OSRelease(parsing: "# ID=comment\n\nnonsense\n=x\n1ID=x\nI D=x\nexport ID=x\nID=ubuntu\n")
        #expect(system.fields == ["ID": "ubuntu"])
    }

    @Test("an empty file is a Linux of which nothing is known")
    func empty() {
        let system = OSRelease(parsing: "")
        #expect(system.id == "linux")
        #expect(system.prettyName == "linux")
        #expect(system.idLike.isEmpty && system.versionID == nil && system.codename == nil)
    }

    @Test("whatever is quoted comes back")
    func roundTrip() {
        var random = SeededGenerator(seed: 5)
        let letters = Array("ab \"'\\$`=#ü\t;&|")
        for _ in 0..<5000 {
            let value = String(
                (0..<Int.random(in: 0...12, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" }
            )
            let quoted = value.map { "\"\\$`".contains($0) ? "\\\($0)" : String($0) }.joined()
            #expect(OSRelease(parsing: "NAME=\"\(quoted)\"\nID=x").fields == ["NAME": value, "ID": "x"])
        }
    }

    @Test("nothing that a file may hold ends it")
    func fuzz() {
        var random = SeededGenerator(seed: 6)
        let texts = SystemTexts.all.values.sorted()
        for _ in 0..<20_000 {
            guard let text = texts.randomElement(using: &random) else { return }
            let system = OSRelease(parsing: String(decoding: random.mutated(Array(text.utf8)), as: UTF8.self))
            #expect(system.fields.keys.allSatisfy { !$0.isEmpty })
            _ = try? Distribution(system)
        }
    }
}

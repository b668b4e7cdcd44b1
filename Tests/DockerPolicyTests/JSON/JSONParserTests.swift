import Testing

@testable import DockerPolicy

@Suite("JSON")
struct JSONParserTests {
    private func parse(_ text: String, depthLimit: Int = 64) throws -> JSONValue {
        try JSONParser.parse(Array(text.utf8), depthLimit: depthLimit)
    }

    @Test(
        "what RFC 8259 allows is read, and written again as it was",
        arguments: [
            "null", "true", "false", "0", "-0", "1", "-1", "10", "0.5", "-0.5e10", "1E+2", "1e-400", "1e999",
            "12345678901234567890123",
            #""""#, #""a""#, #""ä€😀""#, "[]", "{}", "[1,2,3]", "[[],{}]", #"{"a":1}"#,
            #"{"a":{"b":[null,true]},"c":""}"#, #"{"":0}"#,
            #""\"\\""#, #""\u0000\u001f""#, "\"\u{7F}\u{2028}\"", #"{"a":1,"b":1}"#,
        ]
    ) func accepts(_ text: String) throws {
        #expect(String(decoding: try parse(text).serialized(), as: UTF8.self) == text)
    }

    @Test("white space may stand around everything, and only the four kinds of it")
    func whiteSpace() throws {
        #expect(
            try parse(" \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } } \n") == .object(["a": [1, 2], "b": .object([:])])
        )
        for space in ["\u{0B}", "\u{0C}", "\u{A0}", "\u{FEFF}", "\u{0}"] {
            #expect(throws: JSONError.self) { try parse("\(space)1") }
            #expect(throws: JSONError.self) { try parse("1\(space)") }
        }
    }

    @Test(
        "what RFC 8259 does not allow is refused",
        arguments: [
            "", " ", "nul", "nulll", "True", "NULL", "NaN", "Infinity", "-Infinity", "undefined", "'a'", "a", "01",
            "-01", "00", "-", "+1",
            ".5", "1.", "1.e1", "1e", "1e+", "0x10", "1_000", "--1", "1 2", "1,", "[", "]", "[1", "[1,", "[1,]", "[,1]",
            "[1 2]", "[1]]", "{",
            "}", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{\"a\":1 \"b\":2}",
            "{a:1}", "{1:1}", "{null:1}",
            "{\"a\":1}}", "{\"a\":1}{}", "{}x", "\"", "\"a", "\"\\\"", "\"\\", "\"\\x41\"", "\"\\a\"", "\"\\u\"",
            "\"\\u12\"", "\"\\u12g4\"",
            "\"\\U0041\"", "\"\n\"", "\"\t\"", "\"\u{0}\"", "\"\u{1f}\"", "// a\n1", "/* a */1", "1//", "\u{FEFF}1",
            "[1;2]", "{\"a\":1;}",
        ]
    ) func refuses(_ text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test("escapes mean what they stand for")
    func escapes() throws {
        #expect(
            try parse(#""\"\\\/\b\f\n\r\t""#).string.map { Array($0.utf8) } == [0x22, 0x5C, 0x2F, 8, 12, 10, 13, 9]
        )
        #expect(try parse(#""\u0041\u00e4\u20AC\ud83d\uDE00""#) == "Aä€😀")
        #expect(try parse(#"{"\u0050rivileged":true}"#).object?["Privileged"] == true)
    }

    @Test(
        "half of a surrogate pair is no text",
        arguments: [
            #""\ud83d""#, #""\ude00""#, #""\ud83dx""#, #""\ud83d\n""#, #""\ud83d\u0041""#, #""\ud83d\ud83d""#,
            #""\ude00\ud83d""#,
        ]
    ) func surrogates(_ text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test(
        "bytes that are not UTF-8 are no text",
        arguments: [
            [0x80], [0xC0, 0xAF], [0xC1, 0x81], [0xE0, 0x80, 0xAF], [0xF0, 0x80, 0x80, 0xAF], [0xED, 0xA0, 0x80],
            [0xED, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFF], [0xFE], [0xC3], [0xE2, 0x82],
            [0xC3, 0x28],
        ] as [[UInt8]]
    ) func invalidUTF8(_ bytes: [UInt8]) {
        #expect(throws: JSONError.invalidText(offset: 0)) { try JSONParser.parse([0x22] + bytes + [0x22]) }
        #expect(throws: JSONError.invalidText(offset: 1)) {
            try JSONParser.parse(Array("{\"".utf8) + bytes + Array("\":1}".utf8))
        }
    }

    @Test(
        "two keys that Go takes for one field are refused",
        arguments: [
            ("Privileged", "Privileged"), ("Privileged", "privileged"), ("PRIVILEGED", "privileged"),
            ("HostConfig", "Ho\u{017F}tConfig"),
            ("NetworkMode", "Networ\u{212A}Mode"), ("Mask", "ma\u{017F}\u{212A}"), ("", ""), ("a", "\\u0041"),
            ("s", "\\u017f"), ("ä", "ä"),
        ]
    ) func twins(_ one: String, _ other: String) throws {
        #expect(throws: JSONError.self) { try parse(#"{"\#(one)":1,"x":2,"\#(other)":3}"#) }
        #expect(throws: JSONError.self) { try parse(#"[{"a":{"\#(one)":1,"\#(other)":3}}]"#) }
        #expect(try AnswerParser.parse(Array(#"{"\#(one)":1,"\#(other)":3}"#.utf8)).object?.count == 2)
    }

    @Test(
        "keys that Go keeps apart are kept apart",
        arguments: [("ä", "Ä"), ("ss", "ß"), ("i", "ı"), ("K", "κ"), ("a", "a ")]
    )
    func noTwins(_ one: String, _ other: String) throws {
        #expect(try parse(#"{"\#(one)":1,"\#(other)":3}"#).object?.count == 2)
    }

    @Test("a field is found, set and removed in every spelling")
    func foldedAccess() throws {
        for spelling in ["Mask", "mask", "MASK", "ma\u{017F}k", "mas\u{212A}", "MA\u{017F}\u{212A}"] {
            var object = try #require(try parse(#"{"a":1,"\#(spelling)":2}"#).object)
            #expect(object["Mask"] == 2)
            #expect(object.exactly("Mask") == (spelling == "Mask" ? 2 : nil))
            object["Mask"] = 3
            #expect(object.keys == ["a", "Mask"])
            object["mask"] = nil
            #expect(object.keys == ["a"])
        }
    }

    @Test("nesting has a limit, for arrays and objects alike")
    func depth() throws {
        func nested(_ depth: Int) -> [String] {
            [
                String(repeating: "[", count: depth) + String(repeating: "]", count: depth),
                String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth),
            ]
        }
        for text in nested(64) { #expect(throws: Never.self) { try parse(text) } }
        for text in nested(65) + nested(200_000) + [String(repeating: "[", count: 200_000)] {
            #expect(throws: JSONError.tooDeep(limit: 64)) { try parse(text) }
        }
        for text in nested(2) { #expect(throws: JSONError.tooDeep(limit: 1)) { try parse(text, depthLimit: 1) } }
    }

    @Test("an integer is one that Go would take for an int64")
    func integers() throws {
        #expect(try parse("9223372036854775807").integer == .max)
        #expect(try parse("-9223372036854775808").integer == .min)
        for text in ["9223372036854775808", "1.0", "1e3", "0.5"] { #expect(try parse(text).integer == nil) }
    }

    @Test("zero is what Go leaves a field at")
    func zero() throws {
        for text in ["null", "false", "0", "-0", "0.0", "0e9", #""""#, "[]", "{}"] { #expect(try parse(text).isZero) }
        for text in ["true", "1", "1e999", #"" ""#, #""\u0000""#, "[null]", #"{"":null}"#] {
            #expect(try !parse(text).isZero)
        }
    }

    @Test("whatever is written is read as the same", arguments: 0..<40)
    func roundTrip(_ seed: UInt64) throws {
        var random = Dice(seed: seed)
        for _ in 0..<50 {
            let value = random.value(depth: 0)
            let bytes = value.serialized()
            let read = try JSONParser.parse(bytes)
            #expect(read == value)
            #expect(read.serialized() == bytes)
        }
    }

    @Test("changed and random bytes never trap, and what is read from them can be written and read", arguments: 0..<40)
    func fuzz(_ seed: UInt64) throws {
        var random = Dice(seed: seed &+ 1000)
        for _ in 0..<400 {
            let bytes = random.mutated(random.value(depth: 0).serialized())
            guard let value = try? JSONParser.parse(bytes) else { continue }
            #expect(try JSONParser.parse(value.serialized()) == value)
        }
    }
}

import Testing

@testable import DockerPolicy

@Suite("JSON as the guard reads it")
struct JSONParserTests {
    @Test(
        "what is JSON comes back as it went in",
        arguments: [
            #"{"a":[1,2.50,-0,1e9,1E+9,0.1e-7,true,false,null],"b":{"c":"x\"\\\u000a"}}"#, #""""#, "0", "[]", "{}",
            #"{"Labels":{"é":"ü","𝄞":"\u0000"}}"#, #"{"":{"":""}}"#, "9223372036854775808123456789",
        ]
    )
    func accepted(_ text: String) throws {
        #expect(String(decoding: try JSONParser.parse(text.utf8).serialized(), as: UTF8.self) == text)
    }

    @Test("escapes are read, pairs of surrogates too, and white space is not kept")
    func escapes() throws {
        let value = try JSONParser.parse(#" { "\u0050rivileged" : "\ud834\udd1e\/\b\f\n\r\t" } "#.utf8)
        #expect(value == .object(["Privileged": "\u{1D11E}/\u{8}\u{C}\n\r\t"]))
    }

    @Test(
        "what is not JSON is refused",
        arguments: [
            "", " ", "{", "}", "[", "[1,]", "[,1]", "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{a:1}"#, #"{'a':1}"#,
            "01", "-",
            "+1", "1.", ".1", "1e", "1e+", "0x10", "NaN", "Infinity", "-Infinity", "tru", "truee", "nul", "True", "1 2",
            "{}{}",
            "{}x", "// x\n1", "/**/1", "\u{FEFF}{}", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"",
            "\"a\u{0}b\"",
            #""\ud800""#, #""\udc00""#, #""\ud800\ud800""#, #""\ud800x""#, #""\ud800\n""#,
        ]
    )
    func refused(_ text: String) {
        #expect(throws: JSONError.self) { try JSONParser.parse(text.utf8) }
    }

    @Test(
        "bytes that are not UTF-8 are refused: overlong forms, surrogates, cut sequences, too high",
        arguments: [
            [0xC0, 0xAF], [0xC1, 0x81], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x84],
            [0xFF], [0x80], [0xF0, 0x80, 0x80, 0xAF],
        ] as [[UInt8]]
    )
    func notUTF8(_ bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONParser.parse([0x22] + bytes + [0x22]) }
        #expect(throws: JSONError.self) { try JSONParser.parse([0x7B, 0x22] + bytes + Array("\":1}".utf8)) }
    }

    @Test(
        "two keys that the engine takes for one field are refused",
        arguments: [
            #"{"Privileged":false,"Privileged":true}"#, #"{"Privileged":false,"privileged":true}"#,
            #"{"Privileged":false,"PRIVILEGED":true}"#, #"{"Privileged":false,"\u0070rivileged":true}"#,
            #"{"Binds":[],"Bind\u017f":["/:/host"]}"#, #"{"NetworkMode":"","Networ\u212aMode":"host"}"#,
            "{\"Sysctls\":{},\"\u{17F}ysctls\":{}}", #"{"a":{"b":[{"C":1,"c":2}]}}"#, #"{"":1,"":2}"#,
        ]
    )
    func ambiguous(_ text: String) {
        #expect {
            try JSONParser.parse(text.utf8)
        } throws: {
            if case JSONError.ambiguous? = $0 as? JSONError { true } else { false }
        }
    }

    @Test("labels of an answer may differ by case; an answer is read even then")
    func answers() throws {
        let text = #"{"Labels":{"a":"1","A":"2"}}"#
        let labels = try AnswerParser.parse(text.utf8).object?["Labels"]?.object
        #expect(labels?.exactly("A") == "2" && labels?.exactly("a") == "1")
    }

    @Test("a field is found in each spelling that the engine would find it in, and written in ours")
    func folded() throws {
        for key in ["Tasks", "tasks", "TASKS", "Ta\u{17F}k\u{17F}", "tas\u{212A}s"] {
            var object = try #require(
                try JSONParser.parse(JSONValue.object(["x": 1]).serialized()).object
            )
            object[key] = 2
            #expect(object["Tasks"] == 2, "\(key)")
            object["Tasks"] = 3
            #expect(object.keys == ["x", "Tasks"])
        }
        #expect(JSONObject(dictionaryLiteral: ("Täsks", 1))["TÄSKS"] == nil)
    }

    @Test("nesting is bounded, and no depth ends the process")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try JSONParser.parse(nested(64).utf8) }
        #expect(throws: JSONError.tooDeep(limit: 64)) { try JSONParser.parse(nested(65).utf8) }
        #expect(throws: JSONError.self) { try JSONParser.parse(String(repeating: "[", count: 1_000_000).utf8) }
        #expect(throws: JSONError.self) { try JSONParser.parse(String(repeating: #"{"a":"#, count: 200_000).utf8) }
    }

    @Test("what comes out of a random value is read as that value; random bytes end in a value or an error")
    func fuzz() throws {
        var random = SeededGenerator(seed: 20_413)
        for _ in 0..<3_000 {
            let value = random.value(depth: 4)
            let bytes = value.serialized()
            #expect(try JSONParser.parse(bytes).serialized() == bytes)
            var broken = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) where !broken.isEmpty {
                let place = Int.random(in: 0..<broken.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: broken[place] = UInt8.random(in: 0...255, using: &random)
                case 1: broken.remove(at: place)
                default: broken.insert(Array("{}[]\":,\\u0".utf8).randomElement(using: &random) ?? 0, at: place)
                }
            }
            guard let read = try? JSONParser.parse(broken) else { continue }
            let written = read.serialized()
            #expect(try JSONParser.parse(written).serialized() == written)
        }
    }
}

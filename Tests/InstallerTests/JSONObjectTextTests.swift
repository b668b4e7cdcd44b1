import Foundation
import Testing

@testable import ManagedFiles

@Suite("JSON that is changed in place")
struct JSONObjectTextTests {
    /// An object as people write them: any blanks, nested, strings with everything that misleads a scanner.
    static func object(_ random: inout some RandomNumberGenerator, depth: Int = 0) -> String {
        func blank() -> String { ["", " ", "\n", "\n\t", "  ", "\r\n  "].randomElement(using: &random) ?? "" }
        let values = [
            "1", "-2.5e3", "true", "null", "\"}\"", "\"a\\\"{,:\"", "[1, {\"a\": \"]\"}, []]", "\"\\\\\"",
            "\"ä\\u0041\"", "[]", "{}",
        ]
        let count = Int.random(in: 1...4, using: &random)
        let members = (0..<count).map { index in
            let value =
                depth < 3 && Bool.random(using: &random)
                ? object(&random, depth: depth + 1) : values.randomElement(using: &random) ?? "0"
            return "\(blank())\"k\(index)\"\(blank()):\(blank())\(value)\(blank())"
        }
        return "{\(members.joined(separator: ","))}"
    }

    @Test("what is put in is read back, and taking it out again leaves every byte as it was")
    func roundTrip() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let text = Self.object(&random) + "\n"
            var object = try JSONObjectText(text)
            let before = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
            let changes: [([String], String)] = [
                (["icc"], "false"), (["log-opts", "max-size"], "\"10m\""), (["log-opts", "max-file"], "\"3\""),
            ]
            for (path, json) in changes { object.set(json, at: path) }
            for (path, json) in changes { #expect(object.value(at: path) == json) }
            let now = try #require(try JSONSerialization.jsonObject(with: Data(object.text.utf8)) as? NSDictionary)
            #expect(now.count == before.count + 2)
            for (name, value) in before { #expect((now[name] as? NSObject) == (value as? NSObject)) }
            for (path, _) in changes.reversed() { object.remove(at: path) }
            #expect(object.text == text)
        }
    }

    @Test("a value that is changed and changed back leaves every byte as it was")
    func replaced() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let text = Self.object(&random)
            var object = try JSONObjectText(text)
            let old = try #require(object.value(at: ["k0"]))
            object.set("{\"new\": [1]}", at: ["k0"])
            #expect(object.value(at: ["k0", "new"]) == "[1]")
            object.set(old, at: ["k0"])
            #expect(object.text == text)
        }
    }

    @Test(
        "what is no JSON object, or reads in two ways, is refused",
        arguments: [
            "[]", "{", "{\"a\": 1,}", "{\"a\": 1} x", "// a\n{}", "{\"a\": 1, \"a\": 2}",
            "{\"a\": {\"b\": 1, \"\\u0062\": 2}}", "\u{feff}{}", "1", "{'a': 1}",
        ]
    )
    func refused(_ text: String) { #expect(throws: JSONTextError.self) { try JSONObjectText(text) } }

    @Test("no text whatsoever stops the program")
    func noise() {
        var random = SystemRandomNumberGenerator()
        let pieces = ["{", "}", "\"", "\\", ":", ",", "[", "]", "a", "1", " ", "\n", "null", "\u{0}", "é"]
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 0...12)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            guard var object = try? JSONObjectText(text) else { continue }
            object.set("1", at: ["a", "b"])
            object.remove(at: ["a", "b"])
        }
    }

    @Test("an empty file becomes an object that people can read")
    func empty() throws {
        var object = try JSONObjectText(" \n")
        object.set("false", at: ["icc"])
        object.set("true", at: ["live-restore"])
        #expect(object.text == "{\n  \"icc\": false,\n  \"live-restore\": true\n}\n")
    }
}

import Testing

@testable import DockerPolicy

@Suite("Request targets")
struct DockerTargetTests {
    @Test("version, segments and query are read; escapes are undone once")
    func plain() throws {
        let target = try DockerTarget(parsing: "/v1.41/images/alice/app%3A1/json?a=1&b=%2Fweb&c=x+y%2Bz&d&e=&f=a=b")
        #expect(target.version == APIVersion(1, 41))
        #expect(target.segments == ["images", "alice", "app:1", "json"])
        #expect(target.query.map(\.name) == ["a", "b", "c", "d", "e", "f"])
        #expect(target.query.map(\.value) == ["1", "/web", "x y+z", "", "", "a=b"])
        #expect(try DockerTarget(parsing: "/info").version == nil)
        #expect(try DockerTarget(parsing: "/images/a%2541/json").segments == ["images", "a%41", "json"])
    }

    @Test(
        "what a router could understand in another way is refused",
        arguments: [
            "", "info", "*", "http://host/info", "//info", "/", "/v1.41", "/v1.41/", "/info/", "/containers//json",
            "/./info",
            "/containers/../info", "/containers/%2e%2e/info", "/containers/%2E./info", "/containers/.%2e/info",
            "/%2e/info",
            "/containers/a%2Fb/json", "/containers/a%2fb/json", "/containers/a%5Cb/json", "/containers/a\\b/json",
            "/containers/a%00/json", "/containers/a%0d%0a/json", "/containers/a%7f/json", "/containers/%/json",
            "/containers/%4/json", "/containers/%zz/json", "/containers/%c0%af/json", "/containers/%ff/json",
            "/containers/%ed%a0%80/json", "/info#x", "/info x", "/info\u{0}", "/info\t", "/info\r\nHost: x", "/informé",
            "/info?a=%", "/info?a=%4", "/info?a=%zz", "/info?a=%ff", "/info?a=1;b=2", "/info?a;b", "/info?é=1",
        ]
    )
    func refused(_ text: String) {
        #expect {
            _ = try DockerTarget(parsing: text)
        } throws: { ($0 as? DockerRefusal)?.status == 400 }
    }

    @Test(
        "a path that is not spelled as ours is no call that the table knows",
        arguments: [
            "/Info", "/INFO", "/containers/JSON", "/%76%31.41/containers/xjson", "/v1.041/info", "/V1.41/info",
            "/v1.41/v1.41/info",
            "/v1/info", "/v1.41.1/info", "/v+1.41/info", "/v1.4%D9%A1/info", "/networ%E2%84%AAs", "/containers/create/",
            "/containers/create;x", "/proxy/containers/json",
        ]
    )
    func unknown(_ text: String) {
        #expect {
            let target = try DockerTarget(parsing: text)
            for method in ["GET", "POST", "DELETE", "PUT", "HEAD"] {
                _ = try PolicyTable.match(method: method, target: target)
            }
        } throws: { [400, 403].contains(($0 as? DockerRefusal)?.status) }
    }

    @Test("old versions are refused, later ones than the engine's are the engine's business")
    func versions() throws {
        for old in ["v1.23", "v1.0", "v0.99"] {
            #expect(throws: DockerRefusal.self) { try DockerTarget(parsing: "/\(old)/info") }
        }
        #expect(try DockerTarget(parsing: "/v1.24/info").version == .oldest)
        #expect(try DockerTarget(parsing: "/v1.999/info").version == APIVersion(1, 999))
    }

    @Test("targets are bounded in length")
    func length() {
        let long = String(repeating: "a", count: 64 * 1024)
        #expect(throws: DockerRefusal.self) { try DockerTarget(parsing: "/info?x=" + long) }
    }

    @Test("whatever is accepted and known is written so that it is understood as the same again")
    func fuzz() throws {
        var random = SeededGenerator(seed: 7)
        let pieces = [
            "/containers", "/images", "/json", "/create", "/v1.41", "/a", "/..", "/.", "//", "%2e", "%2F", "%25", "%3A",
            ":", "@",
            "+", "%2B", "?", "&", "=", ";", "all=1", "filters=", "%7B%7D", "/tag", "/alice", "name=", "%00", "é",
            "/networks", "/get",
        ]
        var known = 0
        for _ in 0..<15_000 {
            let text = (0..<Int.random(in: 1...7, using: &random)).compactMap { _ in
                pieces.randomElement(using: &random)
            }
            .joined()
            guard let target = try? DockerTarget(parsing: text) else { continue }
            for method in ["GET", "POST", "DELETE"] {
                guard let call = try? PolicyTable.match(method: method, target: target) else { continue }
                known += 1
                let again = try PolicyTable.match(method: method, target: DockerTarget(parsing: call.uri()))
                #expect(again.rule.pattern == call.rule.pattern && again.uri() == call.uri())
                #expect(again.reference == call.reference && again.version == call.version)
                #expect(again.query.map(\.value) == call.query.map(\.value))
            }
        }
        #expect(known > 75)
    }
}

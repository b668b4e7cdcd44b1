import Testing

@testable import DockerPolicy

@Suite("Targets")
struct DockerTargetTests {
    @Test("a target is a version, segments decoded once, and a query in its order")
    func understood() throws {
        let target = try DockerTarget(parsing: "/v1.41/images/a%40b/json?b=1&a=x%20y+z&a=%2B&c&d==&&filters=%7B%7D")
        #expect(target.version == APIVersion(1, 41))
        #expect(target.segments == ["images", "a@b", "json"])
        #expect(target.query.map(\.name) == ["b", "a", "a", "c", "d", "filters"])
        #expect(target.query.map(\.value) == ["1", "x y z", "+", "", "=", "{}"])
        #expect(try DockerTarget(parsing: "/_ping").version == nil)
        #expect(try DockerTarget(parsing: "/containers/a+b/json").segments == ["containers", "a+b", "json"])
        #expect(try DockerTarget(parsing: "/containers/%2541/json").segments[1] == "%41")
    }

    @Test(
        "what the engine could read in another way is refused",
        arguments: [
            "", "*", "/", "//", "?a=1", "/?a=1", "containers/json", "http://docker/containers/json",
            "HTTP://docker/v1.41/info",
            "//containers/json", "/containers//json", "/containers/json/", "/v1.41", "/v1.41/", "/v1.41//info",
            "//v1.41/info",
            "/./info", "/v1.41/./info", "/v1.41/../info", "/containers/x/../json", "/containers/./json",
            "/containers/%2e/json",
            "/containers/%2e%2e/json", "/containers/%2E%2e/json", "/containers/.%2e/json", "/v1.41/%2e%2e/swarm",
            "/containers/a%2Fb/json", "/containers/a%2fb/json", "/containers%2Fjson", "/containers/a%5Cb/json",
            "/containers/a\\b/json",
            "/containers/a%00b/json", "/containers/a%0Ab/json", "/containers/a%0d%0aHost:x/json",
            "/containers/a%7Fb/json",
            "/containers/a%1fb/json", "/containers/%/json", "/containers/%4/json", "/containers/%zz/json",
            "/containers/a%", "/containers/%C0%AF/json",
            "/containers/%ff/json", "/containers/%ED%A0%80/json", "/info#x", "/info?a=1#x", "/info?a=%zz", "/info?a=%4",
            "/info?%=1",
            "/info?a=%ff", "/info?a=1;b=2", "/info?a;b", "/info?a=\u{E4}", "/\u{E4}", "/info ", " /info", "/in fo",
            "/info\t", "/info\r\n",
            "/info\u{0}", "/info\u{7F}", "/info?a=1\\",
        ]
    ) func refused(_ text: String) throws {
        let refusal = try #require(throws: DockerRefusal.self) { try DockerTarget(parsing: text) }
        #expect(refusal.status == 400)
        #expect(refusal.reason == "bad-target")
    }

    @Test("semicolons, signs of equality and colons in a path are letters like others")
    func harmless() throws {
        for text in ["a;b", "a=b", "a:b", "a@b", "a&b", "a,b", "..a", "...", "a..", "%20"] {
            let target = try DockerTarget(parsing: "/containers/\(text)/json")
            #expect(target.segments.count == 3)
            // The table refuses as names what are none.
            let isName = ["..a", "...", "a.."].contains(text)
            #expect((try? PolicyTable.match(method: "GET", target: target)) == nil || isName)
        }
    }

    @Test(
        "versions from 1.24 on pass, also those that nobody knows yet",
        arguments: ["1.24", "1.41", "1.51", "1.99", "1.999", "2.0", "99.0"]
    )
    func versions(_ version: String) throws {
        let target = try DockerTarget(parsing: "/v\(version)/info")
        #expect(target.version?.description == version)
        #expect(target.segments == ["info"])
    }

    @Test("older versions are refused with the way out", arguments: ["1.23", "1.4", "1.0", "0.99", "0.0", "1.12"])
    func oldVersions(_ version: String) throws {
        let refusal = try #require(throws: DockerRefusal.self) { try DockerTarget(parsing: "/v\(version)/info") }
        #expect(refusal.status == 400)
        #expect(refusal.message.contains("DOCKER_API_VERSION"))
    }

    @Test(
        "what only looks like a version is a call that nobody knows",
        arguments: [
            "/V1.41/info", "/v1.041/info", "/v01.41/info", "/v1.41.0/info", "/v1/info", "/v1./info", "/v.41/info",
            "/v1.4a/info", "/v+1.41/info",
            "/v1.-41/info", "/v1.1000/info", "/v123.4/info", "/v1.41/v1.41/info", "/v1.41/v1.23/info", "/v/info",
            "/v1.\u{25}34\u{25}31/v1.41/info",
            "/v1.41x/info", "/1.41/info",
        ]
    ) func noVersions(_ text: String) throws {
        let target = try DockerTarget(parsing: text)
        let refusal = try #require(throws: DockerRefusal.self) { try PolicyTable.match(method: "GET", target: target) }
        #expect(refusal.status == 403)
        #expect(refusal.reason == "unknown-call")
    }

    @Test("a version may be written in escapes, and is one then for us as for the engine")
    func escapedVersion() throws {
        #expect(try DockerTarget(parsing: "/%761.41/info").version == APIVersion(1, 41))
        #expect(throws: DockerRefusal.self) { try DockerTarget(parsing: "/v1%2E23/info") }
    }

    @Test("64 KiB pass, and not a byte more")
    func length() throws {
        let head = "/build?buildargs="
        let full = head + String(repeating: "a", count: 64 * 1024 - head.utf8.count)
        #expect(throws: Never.self) { try DockerTarget(parsing: full) }
        #expect(throws: DockerRefusal.self) { try DockerTarget(parsing: full + "a") }
    }

    @Test("random targets never trap, and what is accepted is rebuilt to the same call", arguments: 0..<40)
    func fuzz(_ seed: UInt64) throws {
        var dice = Dice(seed: seed)
        let pieces = [
            "/", "/v1.41", "/containers", "/json", "/images", "/a", "/b:c@d", "%2e", ".", "..", "%2F", "%", "%41", "?",
            "&", "=", "all=1", "size=true",
            "name=x", "filters=%7B%7D", "+", ";", "#", "%00", "\u{E4}", "/exec", "/start", "/create", "/networks",
            "/services", "/plugins", "/tag",
        ]
        for _ in 0..<400 {
            let text = "/" + (0..<dice.below(8)).map { _ in dice.one(of: pieces) }.joined()
            guard let target = try? DockerTarget(parsing: text) else { continue }
            for method in ["GET", "POST", "DELETE"] {
                guard let call = try? PolicyTable.match(method: method, target: target) else { continue }
                try Samples.expectRebuilt(call)
            }
        }
    }
}

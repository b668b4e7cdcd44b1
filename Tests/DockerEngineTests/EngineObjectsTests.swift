import DockerPolicy
import Testing

@testable import DockerEngine

@Suite("Objects of the engine, as somebody sees them")
struct EngineObjectsTests {
    private let alice = EngineStage.alice
    private let bob = EngineStage.bob

    @Test("a person finds their container by id, prefix and name, and nobody else's by any of them")
    func ownAndForeign() async throws {
        try await EngineStage.run { stage in
            let id = try await stage.container("web", owner: alice)
            for reference in [id, String(id.prefix(20)), "\(stage.prefix)-web", "/\(stage.prefix)-web"] {
                guard case .found(let facts) = try await stage.objects.container(reference, seenBy: alice) else {
                    Issue.record("not found by \(reference)")
                    continue
                }
                #expect(facts.id == id)
                #expect(try await stage.objects.container(reference, seenBy: bob) == .missing)
                #expect(try await stage.objects.container(reference, seenBy: .everything) == .found(facts))
            }
        }
    }

    @Test("a prefix of one's own container is clear, however many of others it fits")
    func foreignPrefixes() async throws {
        try await EngineStage.run { stage in
            // With 17 containers of each, some two of them share their first digit.
            var (own, foreign): ([String], [String]) = ([], [])
            for number in 0..<17 {
                own.append(try await stage.container("a\(number)", owner: alice))
                foreign.append(try await stage.container("b\(number)", owner: bob))
            }
            let others = try await stage.objects.labelled(with: "dc-alice").map(\.id)
            for digit in "0123456789abcdef" {
                let prefix = String(digit)
                let mine = others.filter { $0.hasPrefix(prefix) }
                let resolution = try await stage.objects.container(prefix, seenBy: alice)
                switch mine.count {
                case 0: #expect(resolution == .missing)
                case 1:
                    guard case .found(let facts) = resolution else {
                        Issue.record("\(prefix): \(resolution)")
                        continue
                    }
                    #expect(facts.id == mine[0])
                default: #expect(resolution == .ambiguous)
                }
            }
        }
    }

    @Test("somebody else's container named like a prefix of mine does not hide it")
    func nameOverPrefix() async throws {
        try await EngineStage.run { stage in
            let id = try await stage.container("mine", owner: alice)
            let prefix = String(id.prefix(14))
            let body: JSONObject = [
                "Image": "busybox:latest", "Cmd": ["true"], "Labels": .object(["dc.test": .string(stage.prefix)]),
            ]
            let answer = try await stage.client.call(
                "POST",
                ["containers", "create"],
                query: [("name", prefix)],
                body: JSONValue.object(body).serialized()
            )
            #expect(answer.status == 201)
            guard case .found(let facts) = try await stage.objects.container(prefix, seenBy: alice) else {
                Issue.record("hidden")
                return
            }
            #expect(facts.id == id)
        }
    }

    @Test("the label alone makes nobody an owner")
    func labelAlone() async throws {
        try await EngineStage.run { stage in
            let id = try await stage.container("trap", label: "dc-alice")
            #expect(try await stage.objects.container(id, seenBy: alice) == .missing)
            #expect(try await stage.objects.container("\(stage.prefix)-trap", seenBy: alice) == .missing)
            #expect(try await stage.objects.visible([id], to: alice).isEmpty)
        }
    }

    @Test("a mount of a host path is seen, also one that comes from another container")
    func hostBinds() async throws {
        try await EngineStage.run { stage in
            let id = try await stage.container("bound", owner: alice, binds: ["/tmp:/host"])
            let facts = try #require(try await stage.objects.container(id: id))
            #expect(facts.bindsHost)
            let plain = try #require(try await stage.objects.container(id: stage.container("plain", owner: alice)))
            #expect(!plain.bindsHost)
        }
    }

    @Test("no text leads out of its place in a path")
    func oddReferences() async throws {
        try await EngineStage.run { stage in
            for text in [
                "", "/", "..", "../info", "a/b", "a b", "x?all=1", "-x", "é", String(repeating: "a", count: 300),
            ] {
                let answer1 = try await stage.objects.container(text, seenBy: .everything)
                #expect(answer1 == .missing, "\(text)")
                let answer2 = try await stage.objects.volume(text)
                #expect(answer2 == nil, "\(text)")
                let answer3 = try await stage.objects.exec(text)
                #expect(answer3 == nil, "\(text)")
            }
            for text in ["", "..", "a//b", "../x", "a b", "/busybox", "busybox/"] {
                let answer4 = try await stage.objects.image(text)
                #expect(answer4 == nil, "\(text)")
            }
            let answer5 = try await stage.objects.network("../info", seenBy: .everything)
            #expect(answer5 == .missing)
        }
    }

    @Test("an image is found by name, tag and id")
    func images() async throws {
        try await EngineStage.run { stage in
            let image = try #require(try await stage.objects.image("busybox"))
            #expect(image.tags.contains("busybox:latest"))
            #expect(try await stage.objects.image(image.id) == image)
            #expect(try await stage.objects.imageIDs().contains(image.id))
        }
    }

    @Test("the cache keeps at most its capacity, and what was used lately")
    func cache() {
        var cache = BoundedCache<Int>(capacity: 10)
        for number in 0..<100 {
            cache["\(number)"] = number
            _ = cache["0"]
        }
        #expect(cache.count <= 10)
        #expect(cache["0"] == 0)
        #expect(cache["99"] == 99)
        #expect(cache["50"] == nil)
    }
}

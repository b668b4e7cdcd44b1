import Identity
import Testing

@testable import DockerPolicy

@Suite("Images")
struct ImageTests {
    @Test("whoever is called library does not own the names without a namespace")
    func library() throws {
        var caller = try Alice.caller()
        caller.name = try UserName("library")
        #expect(throws: DockerRefusal.self) { try ImageNames.checked("library/python", for: caller) }
    }

    @Test(
        "names are read as the engine reads them",
        arguments: [
            ("app", "docker.io/library/app"), ("alice/app", "docker.io/alice/app"),
            ("docker.io/alice/app:1", "docker.io/alice/app:1"), ("index.docker.io/alice/app", "docker.io/alice/app"),
            ("localhost/app", "localhost/app"), ("localhost:5000/a/b:x", "localhost:5000/a/b:x"),
            ("ghcr.io/a/b/c", "ghcr.io/a/b/c"), ("a__b/c-d.e", "docker.io/a__b/c-d.e"), ("UP/app", "UP/app"),
            ("app:5000", "docker.io/library/app:5000"), ("[::1]:5000/a", "[::1]:5000/a"),
        ]
    )
    func normalized(_ row: (text: String, full: String)) throws {
        #expect(try ImageReference(row.text).description == row.full)
    }

    @Test(
        "what is no name is refused",
        arguments: [
            "", "/", "a/", "/a", "A", "a:", "a:-x", "a//b", "a..b", "a___b", "-a", "a b", "a@sha256:12", "a@b@c",
            "host:x/a",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "é/a", "a\n/b", "-x.io/a",
        ]
    )
    func refused(_ text: String) { #expect(throws: DockerRefusal.self) { _ = try ImageReference(text) } }

    @Test(
        "a person names images under their own name only",
        arguments: [
            ("alice/app", true), ("docker.io/alice/app:1", true), ("registry.example.org/alice/app", true),
            ("app", false), ("alice", false), ("bob/app", false), ("library/alice", false), ("python:3.12", false),
            ("docker.io/bob/alice/app", false), ("alice.io/app", false), ("Alice/app", false),
        ]
    )
    func namespace(_ row: (text: String, passes: Bool)) throws {
        let alice = try Alice.caller()
        let judged = try? TagArguments(repository: row.text, tag: "").judged(for: alice)
        #expect((judged != nil) == row.passes)
    }

    @Test("tags cannot smuggle another name") func smuggledTag() throws {
        let alice = try Alice.caller()
        for (repository, tag) in [("alice", "5000/app"), ("alice/app", "1@sha256:x"), ("alice/app:1", "2"), ("", "x")] {
            #expect(throws: DockerRefusal.self) {
                _ = try TagArguments(repository: repository, tag: tag).judged(for: alice)
            }
        }
    }

    @Test("pulls go to any registry but those of the host, and not over another person's images")
    func pulls() throws {
        let alice = try Alice.caller()
        let passes = { (image: String, tag: String) in
            (try? PullArguments(image: image, tag: tag, platform: "").judged(for: alice) { $0 == "bob" }) != nil
        }
        for image in ["busybox", "ghcr.io/a/b", "alice/app", "quay.io/x/y"] { #expect(passes(image, "latest")) }
        #expect(passes("busybox", "sha256:" + String(repeating: "a", count: 64)))
        for image in [
            "localhost:5000/a", "127.0.0.1:5000/a", "bob/app", "docker.io/bob/app", "169.254.169.254/a", "[::1]:1/a",
        ] {
            #expect(!passes(image, "latest"), "\(image)")
        }
        #expect(!passes("127.1:80/a", ""))
    }

    @Test(
        "changes that could swallow the owner's label are refused",
        arguments: [
            "CMD sh \\", "CMD sh ` ", "RUN id", "# escape=`", "CMD a\nLABEL x=y", "", "FROM x", "ENV a=b\r",
        ]
    )
    func changes(_ change: String) throws {
        let alice = try Alice.caller()
        let commit = CommitArguments(
            container: "c",
            repository: "alice/x",
            tag: "",
            comment: "",
            author: "",
            pause: nil,
            changes: [change]
        )
        #expect(throws: DockerRefusal.self) { _ = try commit.judged(for: alice, containerID: "c") }
    }

    @Test("a commit carries its owner last") func commitOwner() throws {
        let commit = CommitArguments(
            container: "c",
            repository: "alice/x",
            tag: "1",
            comment: "",
            author: "",
            pause: nil,
            changes: ["LABEL org.diycloud.image-owner=bob"]
        )
        let query = try commit.judged(for: Alice.caller(), containerID: "f00")
        #expect(query.last?.value == "LABEL org.diycloud.image-owner=alice")
        #expect(query.first?.value == "f00")
    }

    @Test(
        "a build that reaches out is refused",
        arguments: [
            ("remote", "https://x"), ("version", "2"), ("session", "x"), ("outputs", "[]x"), ("networkmode", "host"),
            ("networkmode", "container:x"), ("securityopt", #"["seccomp=unconfined"]"#), ("t", "python:3.12"),
            ("unheard", "1"), ("isolation", "hyperv"), ("ulimits", #"[{"Name":"rtprio","Soft":9,"Hard":9}]"#),
        ]
    )
    func build(_ row: (name: String, value: String)) throws {
        let arguments = BuildArguments(arguments: [(name: row.name, value: row.value)])
        #expect(throws: DockerRefusal.self) {
            _ = try arguments.judged(for: Alice.caller(), settings: Alice.settings, network: "n")
        }
    }

    @Test("a build has the person's limits, slice, network and label") func buildLimits() throws {
        let asked: QueryArguments = [
            ("t", "alice/a"), ("t", "alice/b:1"), ("memory", "99999999999"), ("cgroupparent", "/x"), ("q", "1"),
            ("labels", #"{"a":"b","org.diycloud.image-owner":"bob"}"#),
        ]
        let query = try BuildArguments(arguments: asked).judged(
            for: Alice.caller(),
            settings: Alice.settings,
            network: "n"
        )
        let value = { (name: String) in query.filter { $0.name == name }.map(\.value) }
        #expect(value("t") == ["alice/a", "alice/b:1"])
        #expect(value("memory") == ["2147483648"])
        #expect(value("memswap") == ["2147483648"])
        #expect(value("cgroupparent") == ["/user.slice/user-1001.slice"])
        #expect(value("cpuquota") == ["150000"])
        #expect(value("networkmode") == ["n"])
        #expect(value("labels") == [#"{"a":"b","org.diycloud.image-owner":"alice"}"#])
        #expect(throws: DockerRefusal.self) {
            let caller = try Alice.caller(entrance: .certificate)
            _ = try BuildArguments(arguments: []).judged(for: caller, settings: Alice.settings, network: "n")
        }
    }
}

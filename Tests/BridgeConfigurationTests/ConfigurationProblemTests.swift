import BridgeConfiguration
import Testing

@Suite("errors in bridge.yaml")
struct ConfigurationProblemTests {
    @Test(
        "an unknown key is named with its place and the nearest name, at every level",
        arguments: [
            ("sesion: {}", "1:1: sesion: unknown key; did you mean session?"),
            ("session:\n  idel: 2h", "2:3: session.idel: unknown key; did you mean session.idle?"),
            (
                "listen:\n  proxy:\n    sokcet: /x",
                "3:5: listen.proxy.sokcet: unknown key; did you mean listen.proxy.socket?"
            ),
            (
                "services:\n  jupyterhub:\n    role: [user]",
                "3:5: services.jupyterhub.role: unknown key; did you mean services.jupyterhub.roles?"
            ),
            ("zzzzzzzz: 1", "1:1: zzzzzzzz: unknown key; see docs/configuration.md for all of them"),
            ("<<: {user: x}", "1:1: <<: unknown key; see docs/configuration.md for all of them"),
        ]
    )
    func unknownKey(text: String, expected: String) { #expect(problems(text).contains(expected)) }

    @Test("a wrong value is told with key, line, what was expected and an example")
    func wrongValue() {
        #expect(
            problems("session:\n  idle: 5 minutes\n") == [
                "2:9: session.idle: \"5 minutes\" does not fit; expected duration, 1m to 30d, for example 2h"
            ]
        )
    }

    @Test("several problems are told at once, in the order of the file")
    func allAtOnce() {
        let found = problems("user: Root\npam:\n  workers: many\n  queu: 1\nlog: loud\n")
        #expect(found.map { $0.prefix { $0 != " " } } == ["1:7:", "3:12:", "4:3:", "5:6:"])
    }

    @Test(
        "what does not fit is refused",
        arguments: [
            "user: null", "user: [a]", "store: {path: relative}", "store: {path: /a/../b}", "store: 5",
            "pam: {workers: 0}",
            "pam: {workers: 65}", "pam: {workers: 1.5}", "pam: {workers: +2}", "pam: {queue: -1}",
            "pam: {queue: 99999999999999999999}", "pam: {step_limit: 10}", "pam: {step_limit: 99999999999999999d}",
            "pam: {step_limit: 1h}", "pam: {step_limit: -1s}", "pam: {service: ../x}", "pam: {conversation_limit: 1s}",
            "session: {idle: 13h}", "session: {secure: perhaps}", "session: {cookie: a=b}",
            "session: {cookie: __Host-x}",
            "public: {url: cloud.example.org}", "public: {url: https://x/y}", "public: {url: 'https://a@b'}",
            "authentication: {sources: []}", "authentication: {sources: [pam, pam]}", "authentication: {sources: pam}",
            "authentication: {minimum_uid: 0}", "listen: {proxy: {}}",
            "listen: {proxy: {socket: /a, address: 127.0.0.1:1}}",
            "listen: {proxy: {address: 127.0.0.1:1}}", "listen: {proxy: {socket: /a, mode: 0666}}",
            "listen: {proxy: {socket: /a, secret_file: /b}}", "listen: {services: {address: localhost:80}}",
            "listen: {services: {address: 127.0.0.1:99999}}", "listen: {services: {address: '::1:80'}}",
            "listen: {services: {address: 127.0.0.1:80, group: x}}",
            "listen: {services: {address: 1.2.3.4:1, secret_file: /x}}",
            "service_tokens: {Bad Name: /x}", "service_tokens: {a: null}", "service_tokens: [a]",
            "services: {x: {url: 'javascript:alert(1)'}}", "services: {x: {url: //evil}}",
            "services: {x: {url: '/\\evil'}}",
            "services: {x: {url: '/a\"b'}}", "services: {x: {url: 'https://'}}", "services: {x: {title: ''}}",
            "services: {x: {roles: [root]}}", "services: {x: {callback: x}}", "spawn: {environment: {1A: x}}",
            "spawn: {environment: {A: [x]}}", "spawn: {environment: {A: \"\\0\"}}", "log: {level: loud}",
            "regulation: {pair: 0}", "regulation: {failure_delay: 31s}", "[a, b]: c", "- a", "just text",
            "user: a\nuser: b",
            "session: {idle: 2h, idle: 3h}",
        ]
    )
    func refused(text: String) { #expect(!problems(text).isEmpty) }

    @Test("what is no YAML is told with its place")
    func notYAML() {
        #expect(throws: ConfigurationError.self) { try Configuration.parse("a: [", path: "f") }
        #expect(problems("a: b: c").first?.hasPrefix("1:5: not YAML") == true)
        #expect(problems("---\n---\n").isEmpty == false)
        #expect(problems("user: *x").first?.contains("undefined alias") == true)
    }

    @Test("an error message stays one line and harmless whatever the file holds")
    func messagesAreClean() {
        let found = problems("user: \"a\\n\\e[31mb\\u202E\"\n\"x\\ny\": 1")
        #expect(found.count == 2)
        #expect(!found.joined().unicodeScalars.contains { $0.value < 32 || $0.value == 0x202E })
    }

    @Test("a file that is not there, is a directory or is no text is told as such")
    func unreadable() {
        #expect(throws: ConfigurationError.missing(path: "/nonexistent/x")) {
            try Configuration.load(path: "/nonexistent/x")
        }
        #expect(throws: ConfigurationError.unreadable(path: "/", reason: "not a regular file")) {
            try Configuration.load(path: "/")
        }
        #expect(throws: ConfigurationError.self) { try Configuration.load(path: "/bin/true") }
        #expect(throws: ConfigurationError.self) { try Configuration.load(path: "/a\0b") }
    }
}

import Identity
import Testing

@Suite("User names")
struct UserNameTests {
    @Test(
        "plain Linux names are taken as they are",
        arguments: ["a", "alice", "_svc", "bob-2", "x_y", String(repeating: "a", count: 32)]
    )
    func accepts(_ text: String) throws {
        #expect(try UserName(text).rawValue == text)
    }

    @Test(
        "what Linux tools, paths, headers or cgroups could misread is refused",
        arguments: [
            "", "-rf", "../x", "a:b", "*", "Alice", "alice ", " alice", "al ice", "alice\0", "älice", "ａlice", "a/b",
            "a.b",
            "a$", "9lives", "a\nb", String(repeating: "a", count: 33),
        ]
    )
    func refuses(_ text: String) {
        #expect(throws: UserNameError.self) { try UserName(text) }
    }

    @Test("names of the system are reserved", arguments: ["root", "daemon", "nobody", "www-data", "sudo", "diycloud"])
    func reserved(_ text: String) throws {
        #expect(try UserName(text).isReserved)
    }
}

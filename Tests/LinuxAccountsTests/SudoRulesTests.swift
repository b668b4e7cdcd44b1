import Foundation
import Testing

@testable import LinuxAccounts

@Suite("Whom sudo knows")
struct SudoRulesTests {
    private func rules(_ text: String) -> SudoRules {
        var rules = SudoRules()
        rules.add(text, from: "f")
        return rules
    }

    @Test(
        "a rule names people and groups",
        arguments: [
            ("root ALL=(ALL:ALL) ALL", ["root"], [String]()),
            ("%sudo\tALL=(ALL:ALL) ALL", [], ["sudo"]),
            ("ada, bob ,%lab\\\n  ALL = NOPASSWD: /bin/ls, /bin/cat", ["ada", "bob"], ["lab"]),
            ("User_Alias OPS = ada, %lab : MORE = OPS, bob\nMORE ALL=ALL", ["ada", "bob"], ["lab"]),
            ("\"ada\" ALL=ALL # bob ALL=ALL", ["ada"], []),
            ("%:domain\\ admins ALL=ALL", [], ["domain admins"]),
            ("ALL ALL=(ALL) ALL", [], []),
            ("!eve ALL=ALL\n+net ALL=ALL", [], []),
            (
                "Defaults env_reset\nDefaults:ada !lecture, x=y\nCmnd_Alias A = /bin/x\n# bob ALL=ALL\n@include x=y",
                [], []
            ),
            ("User_Alias A = B\nUser_Alias B = A\nA ALL=ALL", [], []),
        ]
    )
    func subjects(text: String, users: [String], groups: [String]) {
        #expect(rules(text).users.keys.sorted() == users)
        #expect(rules(text).groups.keys.sorted() == groups)
    }

    @Test("numbers name people and groups as well")
    func numbers() {
        let rules = rules("#1001, %#50 ALL=ALL")
        #expect(rules.uids == [1001: "f"])
        #expect(rules.gids == [50: "f"])
    }

    @Test("any bytes can be read")
    func anyBytes() {
        let single = "ab,%#+!=\\\"\n\n :@\tALL".map { String($0) }
        let alphabet = single + ["User_Alias ", "Defaults", "%#9", "é"]
        for _ in 0..<500 {
            let words = (0..<Int.random(in: 0..<80)).map { _ in alphabet.randomElement() ?? "a" }
            _ = rules(words.joined())
        }
    }

    @Test("included files count, what editors leave behind does not, and a ring of files ends")
    func files() throws {
        let etc = NSTemporaryDirectory() + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: etc) }
        try FileManager.default.createDirectory(atPath: etc + "/sudoers.d", withIntermediateDirectories: true)
        for (name, text) in [
            "sudoers": "Defaults x\n@includedir /etc/sudoers.d\n#include more\n",
            "sudoers.d/90-cloud": "# made by a tool\nada ALL=(ALL) NOPASSWD:ALL\n", "sudoers.d/a.bak": "bob ALL=ALL\n",
            "sudoers.d/b~": "eve ALL=ALL\n", "more": "%lab ALL=ALL\n@include sudoers\n",
        ] { try text.write(toFile: "\(etc)/\(name)", atomically: true, encoding: .utf8) }
        let rules = SudoRules.read(in: etc)
        #expect(rules.users == ["ada": "/etc/sudoers.d/90-cloud"])
        #expect(rules.groups == ["lab": "/etc/more"])
        #expect(SudoRules.read(in: etc + "/none") == SudoRules())
    }
}

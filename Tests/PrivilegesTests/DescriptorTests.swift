import Testing

@testable import Privileges

@Suite("Inherited descriptors")
struct DescriptorTests {
    @Test("systemd's variables are read in order, with their names")
    func names() throws {
        let found = try InheritedDescriptors.parse(
            ["LISTEN_PID": "42", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "proxy:services"],
            process: 42
        )
        #expect(found.map(\.name) == ["proxy", "services"])
        #expect(found.map(\.descriptor) == [3, 4])
    }

    @Test("without names they are unknown, and for another process there are none")
    func absent() throws {
        #expect(
            try InheritedDescriptors.parse(["LISTEN_PID": "42", "LISTEN_FDS": "1"], process: 42).map(\.name) == [
                "unknown"
            ]
        )
        #expect(try InheritedDescriptors.parse(["LISTEN_PID": "41", "LISTEN_FDS": "1"], process: 42).isEmpty)
        #expect(try InheritedDescriptors.parse(["LISTEN_FDS": "1"], process: 42).isEmpty)
        #expect(try InheritedDescriptors.parse([:], process: 42).isEmpty)
    }

    @Test("numbers and names that make no sense are errors", arguments: ["-1", "x", "99999999999", "1025", "", "2"])
    func nonsense(count: String) {
        let variables = ["LISTEN_PID": "42", "LISTEN_FDS": count, "LISTEN_FDNAMES": "a"]
        #expect(throws: PrivilegeError.self) { try InheritedDescriptors.parse(variables, process: 42) }
    }

    @Test("names with a colon, a space or a line feed cannot be passed on", arguments: ["", "a:b", "a b", "a\n", "é"])
    func badNames(name: String) {
        #expect(throws: PrivilegeError.badDescriptorName(name)) { try NamedDescriptor(name: name, descriptor: 3) }
    }
}

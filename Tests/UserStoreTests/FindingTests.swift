import Foundation
import Identity
import Testing

@testable import UserStore

@Suite("Findings")
struct FindingTests {
    private func name(_ text: String) throws -> UserName { try UserName(text) }

    private func kinds(_ snapshot: StoreSnapshot) -> [FindingKind] {
        snapshot.findings.map(\.kind).filter { $0 != .noPassword }
    }

    @Test("a row without a doubt gives none")
    func clean() throws {
        let store = try StoreFixture()
        try store.add(
            "'bob'",
            hash: "'\(String(repeating: "ab", count: 32))'",
            email: "'bob@example.org'",
            role: "'admin'",
            cpu: "2",
            gpu: "1"
        )
        let snapshot = try store.read()
        let bob = try #require(snapshot.users[name("bob")])
        #expect(snapshot.findings.isEmpty)
        #expect(bob.role == .admin && bob.isActive && bob.email == "bob@example.org")
        #expect(bob.quota == Quota(cpuCores: 2, memory: .gibibytes(2), disk: .gibibytes(5), gpu: true))
        #expect(bob.password == .legacySHA256(String(repeating: "ab", count: 32)))
    }

    @Test("an unparsable size becomes the default, with its raw value told")
    func sizes() throws {
        let store = try StoreFixture()
        try store.add("'bob'", memory: "'lots'", disk: "'5GM'")
        let snapshot = try store.read()
        #expect(snapshot.users[try name("bob")]?.quota == .platformDefault)
        let finding = try #require(snapshot.findings.first { $0.kind == .unparsableSize })
        #expect(finding.id == "unparsable-size:resource_allocations:1:mem_limit")
        #expect(finding.user == "bob" && finding.rawValue == "lots")
        #expect(kinds(snapshot) == [.unparsableSize, .oddSize])
    }

    @Test("text in cpu_limit, a strange gpu_access, role, mail and activity each give one, and the lesser right")
    func values() throws {
        let store = try StoreFixture()
        try store.add("'bob'", email: "'x y'", role: "'root'", active: "'no'", cpu: "'lots'", gpu: "'perhaps'")
        let snapshot = try store.read()
        let bob = try #require(snapshot.users[name("bob")])
        #expect(kinds(snapshot) == [.badEmail, .unknownRole, .badActiveFlag, .badCPULimit, .badGPUAccess])
        #expect(!bob.isActive && bob.role == .user && bob.email == nil && bob.quota == .platformDefault)
    }

    @Test(
        "gpu_access 'yes' is a yes",
        arguments: [("'yes'", true), ("'true'", true), ("'no'", false), ("''", false), ("'1'", true)]
    )
    func gpuWords(literal: String, access: Bool) throws {
        let store = try StoreFixture()
        try store.add("'bob'", gpu: literal)
        #expect(try store.read().users[name("bob")]?.quota.gpu == access)
    }

    @Test("an unknown activity is a no", arguments: ["NULL", "2", "-1", "'perhaps'", "x'01'"])
    func activity(literal: String) throws {
        let store = try StoreFixture()
        try store.add("'bob'", active: literal)
        let snapshot = try store.read()
        #expect(snapshot.users[try name("bob")]?.isActive == false)
        #expect(kinds(snapshot) == [.badActiveFlag])
    }

    @Test("of several allocations the lowest id is in force, and equal ones are folded quietly")
    func duplicates() throws {
        let store = try StoreFixture()
        try store.add("'bob'", memory: "'3072M'")
        try store.add("'eve'")
        try store.sqlite3(
            """
            INSERT INTO resource_allocations (user_id, cpu_limit, mem_limit, disk_quota) VALUES (1, 1, '3G', '5120M');
            INSERT INTO resource_allocations (user_id, cpu_limit, mem_limit, disk_quota) VALUES (2, 8, '64G', '5G');
            """
        )
        let snapshot = try store.read()
        #expect(snapshot.users[try name("bob")]?.quota.memory == .gibibytes(3))
        #expect(snapshot.users[try name("eve")]?.quota == .platformDefault)
        #expect(
            snapshot.findings.filter { $0.kind == .duplicateAllocation }.map(\.id) == [
                "duplicate-allocation:resource_allocations:4"
            ]
        )
    }

    @Test("an allocation of nobody and a user without one are told")
    func orphans() throws {
        let store = try StoreFixture()
        try store.sqlite3(
            """
            INSERT INTO users (username, password_hash) VALUES ('bob', 'PLACEHOLDER');
            INSERT INTO resource_allocations (user_id) VALUES (77), ('x');
            """
        )
        let snapshot = try store.read()
        #expect(kinds(snapshot) == [.orphanAllocation, .orphanAllocation, .missingAllocation])
        #expect(snapshot.users[try name("bob")]?.quota == .platformDefault)
    }

    @Test(
        "a name that Linux refuses cannot sign in",
        arguments: [
            "'Bob'", "'-bob'", "'bob smith'", "''", "'bob/../root'", "'böb'", "x'626f62'", "'bob' || char(0)",
            "'root' || char(0) || 'x'",
            "'\(String(repeating: "a", count: 33))'", "'bob' || char(10)", "7",
        ]
    )
    func badNames(literal: String) throws {
        let store = try StoreFixture()
        try store.add(literal)
        let snapshot = try store.read()
        #expect(snapshot.users.isEmpty && snapshot.refused.map(\.reason) == [.badName])
        #expect(kinds(snapshot) == [.badName])
    }

    @Test(
        "a name of the system cannot sign in",
        arguments: ["root", "daemon", "www-data", "diycloud-bridge", "hostsystem"]
    )
    func systemNames(text: String) throws {
        let store = try StoreFixture()
        try store.add("'\(text)'")
        let snapshot = try store.read(.init(isSystemName: { $0.rawValue == "hostsystem" }))
        #expect(snapshot.users.isEmpty && snapshot.refused.map(\.reason) == [.systemName])
    }

    @Test("of names that differ only by case neither can sign in", arguments: ["BOB", "Bob", "bOB", "\u{212A}arl"])
    func ambiguous(twin: String) throws {
        let store = try StoreFixture()
        try store.add("'bob'")
        try store.add("'karl'")
        try store.add("'\(twin)'")
        let snapshot = try store.read()
        let expected = twin.hasSuffix("arl") ? "bob" : "karl"
        #expect(snapshot.users.map(\.name.rawValue) == [expected])
        #expect(snapshot.findings.filter { $0.kind == .ambiguousName }.count == 2)
    }

    @Test("known, missing and unknown passwords are told, and no hash is printed")
    func passwords() throws {
        let store = try StoreFixture()
        let known = "749f09bade8aca755660eeb17792da880218d4fbdc4e25fbec279d7fe9f65d70"
        try store.add("'ann'", hash: "'\(known)'")
        try store.add("'bob'")
        try store.add("'eve'", hash: "'$6$salt$secret'")
        try store.add("'joe'", hash: "'!'")
        let snapshot = try store.read()
        #expect(snapshot.findings.map(\.kind) == [.wellKnownPassword, .noPassword, .unknownHash])
        #expect(!snapshot.findings.contains { "\($0)".contains(known) || "\($0)".contains("secret") })
        #expect(snapshot.users[try name("ann")]?.password == .wellKnown(known))
    }

    @Test("findings beyond the limit are still counted")
    func limit() throws {
        let store = try StoreFixture()
        for number in 0..<5 { try store.add("'bob\(number)'") }
        let snapshot = try store.read(.init(findingLimit: 2))
        #expect(snapshot.findings.count == 2 && snapshot.findingCounts == [.noPassword: 5])
    }

    @Test("a row whose id is no number lets nobody in")
    func strangeID() throws {
        let store = try StoreFixture(schema: false)
        try store.sqlite3(
            """
            CREATE TABLE users (id, username, password_hash, email, role, is_active);
            CREATE TABLE resource_allocations (id, user_id, cpu_limit, mem_limit, disk_quota, gpu_access);
            INSERT INTO users VALUES ('one', 'bob', 'PLACEHOLDER', NULL, 'user', 1), (2, 'eve', 'PLACEHOLDER', NULL, 'user', 1);
            """
        )
        let snapshot = try store.read()
        #expect(snapshot.users.map(\.name.rawValue) == ["eve"] && snapshot.refused.map(\.reason) == [.unreadableRow])
    }

    @Test("a second reading says the same, and ids of findings are told apart")
    func stable() throws {
        let store = try StoreFixture()
        for name in ["'Bob'", "'bob'", "'root'", "'-x'", "'eve'"] {
            try store.add(
                name,
                email: "'?'",
                role: "'x'",
                active: "'no'",
                cpu: "'y'",
                memory: "'2GM'",
                disk: "'z'",
                gpu: "'w'"
            )
        }
        let first = try store.read()
        #expect(try store.read() == first)
        #expect(Set(first.findings.map(\.id)).count == first.findings.count)
    }

    @Test("columns and tables that nobody knows are let be")
    func unknownColumns() throws {
        let store = try StoreFixture()
        try store.add("'bob'")
        try store.sqlite3(
            "ALTER TABLE users ADD COLUMN shoe_size; CREATE TABLE shoes (x); CREATE INDEX i ON users (shoe_size);"
        )
        #expect(try store.read().users.count == 1)
    }
}

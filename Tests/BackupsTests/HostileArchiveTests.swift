import Backups
import Foundation
import Glibc
import Testing

@Suite(.serialized)
struct HostileArchiveTests {
    @Test("one changed byte, anywhere, is noticed")
    func changedBytes() async throws {
        let house = try House()
        try await house.write()
        let whole = try Data(contentsOf: URL(fileURLWithPath: house.backup))
        let copy = house.real("/backups/cloud.tar")
        var generator = SystemRandomNumberGenerator()
        // Each byte of the first headers and of the end, and some of the rest.
        var places = Array(0..<1600) + Array((whole.count - 600)..<whole.count)
        for _ in 0..<400 { places.append(Int.random(in: 0..<whole.count, using: &generator)) }
        for place in places {
            var changed = whole
            changed[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            try changed.write(to: URL(fileURLWithPath: copy))
            #expect(throws: BackupError.self, "byte \(place)") { try Archive.verify(copy) }
        }
    }

    @Test("a backup that was cut short, or goes on, is none")
    func truncated() async throws {
        let house = try House()
        try await house.write()
        let whole = try Data(contentsOf: URL(fileURLWithPath: house.backup))
        let lengths = [0, 1, 511, 512, 513, whole.count / 2, whole.count - 10240, whole.count - 512, whole.count - 1]
        for length in lengths {
            try whole.prefix(length).write(to: URL(fileURLWithPath: house.backup))
            #expect(throws: BackupError.self, "\(length) bytes") { try Archive.verify(house.backup) }
        }
        try (whole + Data([1])).write(to: URL(fileURLWithPath: house.backup))
        #expect(throws: BackupError.self) { try Archive.verify(house.backup) }
    }

    @Test("text that is no backup is refused without an accident")
    func noise() async throws {
        let house = try House()
        for size in [0, 100, 512, 5000] {
            let noise = Data((0..<size).map { _ in UInt8.random(in: 0...255) })
            try noise.write(to: URL(fileURLWithPath: house.backup))
            #expect(throws: BackupError.self) { try Archive.verify(house.backup) }
        }
    }

    /// Each makes a tar in `$1` that no backup of ours holds as its configuration.
    static let attacks: [(String, String)] = [
        ("an absolute name", #"echo x >/tmp/$$; tar -cPf "$1" /tmp/$$; rm /tmp/$$"#),
        ("a name that leaves the tree", #"tar -cPf "$1" --transform 's|.*|../../evil|' file"#),
        ("a link out of the tree", #"ln -s /etc/shadow l; tar -cf "$1" l"#),
        (
            "a link out and a file through it",
            #"mkdir d; echo x >d/f; ln -s /etc l; tar -cf "$1" l; tar -rf "$1" --transform 's|^d|l|' d/f"#
        ),
        ("a link that climbs", #"ln -s ../../../../etc/shadow l; tar -cf "$1" l"#),
        ("a device", #"mknod n c 1 3; tar -cf "$1" n"#),
        ("a pipe", #"mkfifo p; tar -cf "$1" p"#),
        ("a setuid program", #"chmod 4755 file; tar -cf "$1" file"#),
        ("a hard link", #"ln file g; tar -cf "$1" file g"#),
        ("a stranger's file", #"chown 61999 file; tar -cf "$1" file"#),
    ]

    @Test("a configuration that holds what none of ours does changes nothing", arguments: attacks.map(\.0))
    func hostile(_ name: String) async throws {
        let script = try #require(Self.attacks.first { $0.0 == name }).1
        let house = try House()
        try await house.write()
        try forge(house, member: "configuration.tar", script: script)
        #expect(throws: Never.self) { try Archive.verify(house.backup) }
        let before = try house.tree("/etc") + house.tree("/opt")
        let error = await #expect(throws: BackupError.self) { try await house.restore() }
        switch error {
        // Or tar itself does not go through a link that it has just made.
        case .hostile, .program("tar", _): break
        default: Issue.record("refused for another reason: \(String(describing: error))")
        }
        #expect(try house.tree("/etc") + house.tree("/opt") == before)
        #expect(house.leftovers.isEmpty)
    }

    @Test("of the host's directories only our own files are written")
    func foreignHostFile() async throws {
        let house = try House()
        try await house.write()
        let script = #"mkdir -p etc/nginx; echo evil >etc/nginx/nginx.conf; tar -cf "$1" ./etc/nginx/nginx.conf"#
        try forge(house, member: "host-files.tar", script: script)
        await #expect(throws: BackupError.self) { try await house.restore() }
        #expect(house.text("/etc/nginx/nginx.conf") == "not ours")
    }

    @Test("a member of another name is refused")
    func memberNames() async throws {
        let house = try House()
        try await house.write()
        let out = house.real("/out")
        _ = try Shell.output(
            """
            mkdir '\(out)' && cd '\(out)' && tar -xf '\(house.backup)' && mkdir -p x && cp bridge.db ../evil &&
            sed -i 's|"bridge.db"|"../evil"|' MANIFEST.json && tar -cPf '\(house.backup)' --format=gnu --owner=0 --group=0 \
                --numeric-owner MANIFEST.json user-store.db ../evil
            """
        )
        #expect(throws: BackupError.self) { try Archive.verify(house.backup) }
    }

    /// Replaces one item and makes all digests right again.
    private func forge(_ house: House, member: String, script: String) throws {
        let out = house.real("/out")
        try house.write("/forge.py", Self.forger)
        _ = try Shell.output(
            """
            mkdir '\(out)' && cd '\(out)' && tar -xf '\(house.backup)' && mkdir '\(house.root)/evil' && cd '\(house.root)/evil' &&
            echo x >file && sh -c '\(script.replacing("'", with: "'\\''"))' sh '\(house.root)/evil.tar' &&
            cd '\(out)' && python3 '\(house.root)/forge.py' '\(member)' '\(house.root)/evil.tar' '\(house.backup)'
            """
        )
    }

    private static let forger = #"""
        import hashlib, json, subprocess, sys
        prefix, tar, backup = sys.argv[1:]
        manifest = json.load(open("MANIFEST.json"))
        item = next(item for item in manifest["items"] if item["member"].startswith(prefix))
        program = "zstd" if item["member"].endswith(".zst") else "gzip"
        data = subprocess.run([program, "-c", tar], check=True, capture_output=True).stdout
        open(item["member"], "wb").write(data)
        item["size"], item["sha256"] = len(data), hashlib.sha256(data).hexdigest()
        item["entries"] = len(subprocess.run(["tar", "-tPf", tar], check=True, capture_output=True).stdout.splitlines())
        text = json.dumps(manifest)
        open("MANIFEST.json", "w").write(text)
        members = [item["member"] for item in manifest["items"]]
        with open("SHA256SUMS", "w") as sums:
            for name in ["MANIFEST.json", *members]:
                print(hashlib.sha256(open(name, "rb").read()).hexdigest(), "", name, file=sums)
        subprocess.run(["tar", "-cf", backup, "--format=gnu", "--owner=0", "--group=0", "--numeric-owner", "--mode=0600",
                        "MANIFEST.json", *members, "SHA256SUMS"], check=True)
        """#
}

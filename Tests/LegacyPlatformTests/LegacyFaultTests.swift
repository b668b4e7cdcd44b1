import Foundation
import Testing

@testable import LegacyPlatform

@Suite("What the old platform left")
struct LegacyFaultTests {
    @Test("every fault is found on a host as phases 0 to 2 leave it, the critical ones first")
    func all() async throws {
        let fixture = try await LegacyFixture.legacy()
        let faults = await fixture.platform.faults()
        #expect(Set(faults.map(\.id)) == Set(Leftovers.all.map(\.id)))
        #expect(faults.map(\.severity) == faults.map(\.severity).sorted(by: >))
        let critical = faults.filter { $0.severity == .critical }.map(\.id)
        #expect(
            Set(critical) == [
                "user-api-exposed", "admin-password-in-log", "known-password", "store-world-readable", "damaged-fstab",
                "admin-group-is-root", "portal-self-link",
            ]
        )
    }

    @Test("looking changes nothing")
    func readOnly() async throws {
        let fixture = try await LegacyFixture.legacy(isLive: true)
        let before = try fixture.tree()
        _ = await fixture.platform.faults()
        _ = await fixture.platform.look()
        #expect(try fixture.tree() == before)
        #expect(fixture.programs.lines.isEmpty)
    }

    @Test("no fault and nothing of the platform is found on an empty root")
    func empty() async throws {
        let fixture = try LegacyFixture()
        #expect(await fixture.platform.faults().isEmpty)
        #expect(await fixture.platform.look().isEmpty)
    }

    @Test("nor on a root where others have files in the same places, and the bridge has its own")
    func clean() async throws {
        let fixture = try LegacyFixture()
        try fixture.write("UUID=aa / ext4 errors=remount-ro,usrquota 0 1\n", to: "/etc/fstab")
        try fixture.write("* hard nproc 4096\n# their limits\n", to: "/etc/security/limits.conf")
        try fixture.write("admin:x:1099:\nvideo:x:44:ann\n", to: "/etc/group")
        try fixture.write("ann:x:1001:1001::/home/ann:/bin/bash\n", to: "/etc/passwd")
        try fixture.write("%admin ALL=(ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\n", to: "/etc/sudoers")
        try fixture.write("{\"log-driver\": \"journald\"}\n", to: "/etc/docker/daemon.json")
        try fixture.write(
            "server { listen 80; root /var/www/html; location ~ /\\. { deny all; } }\n",
            to: "/etc/nginx/sites-enabled/default"
        )
        try fixture.write(
            "add_header Strict-Transport-Security \"max-age=63072000\";\n",
            to: "/etc/nginx/ssl-params.conf"
        )
        try fixture.write(
            "[Service]\nExecStart=/usr/bin/diycloud-bridge serve\n",
            to: "/etc/systemd/system/diycloud-bridge.service"
        )
        try fixture.write("1\n", to: "/opt/diycloud/jupyterhub/bin/python")
        #expect(await fixture.platform.faults() == [])
        #expect(await fixture.platform.look().isEmpty)
    }

    @Test("the standing names phases, prefix, store, its copies and the age")
    func standing() async throws {
        let fixture = try await LegacyFixture.legacy()
        let standing = await fixture.platform.look()
        #expect(standing.phases == [0, 1, 2])
        #expect(standing.prefixes == ["/opt/diycloud"])
        #expect(standing.store == "/opt/diycloud/usermgmt/db/users.db")
        #expect(standing.storeCopies == ["/opt/diycloud/usermgmt/db/users.db.20251102091400.bak"])
        #expect(standing.hints.contains { $0.contains("2025-11-02 09:13:40") })
        #expect(standing.paths.contains("/etc/systemd/system/diycloud-usermgmt-api.service"))
        #expect(standing.paths.contains("/etc/nginx/sites-available/diycloud-portal.conf"))
    }

    @Test("an installation under another prefix is found by its unit")
    func prefix() async throws {
        let fixture = try LegacyFixture()
        try fixture.write("", to: "/srv/cloud/usermgmt/user_management.py")
        try fixture.write(
            "[Service]\nExecStart=/usr/bin/python3 /srv/cloud/usermgmt/user_management.py\n",
            to: "/etc/systemd/system/cloud-users.service"
        )
        #expect(await fixture.platform.look().prefixes == ["/srv/cloud"])
        let fault = try #require(await fixture.platform.faults().first)
        #expect(fault.id == "user-api-exposed" && fault.severity == .warning)
        #expect(fault.what.contains("not enabled, as root"))
    }

    @Test(
        "a running API is told with the address at which it listens; an editor that has the script open and what a person calls so are none"
    )
    func process() async throws {
        let fixture = try LegacyFixture()
        try fixture.write("python3\0/opt/diycloud/usermgmt/user_management.py\0", to: "/proc/4242/cmdline")
        try fixture.write("Name:\tpython3\nUid:\t0\t0\t0\t0\n", to: "/proc/4242/status")
        try fixture.write("python3\0/home/eve/usermgmt/user_management.py\0", to: "/proc/4244/cmdline")
        try fixture.write("Name:\tpython3\nUid:\t1001\t0\t0\t0\n", to: "/proc/4244/status")
        try fixture.write("Name:\tvim\nUid:\t0\t0\t0\t0\n", to: "/proc/4243/status")
        try fixture.write("vim\0/opt/diycloud/usermgmt/user_management.py\0", to: "/proc/4243/cmdline")
        try fixture.write(
            """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 777 1
               1: 00000000:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 555 1
               2: 00000000:1389 00000000:0000 01 00000000:00000000 00:00000000 00000000     0        0 555 1

            """,
            to: "/proc/4242/net/tcp"
        )
        try FileManager.default.createDirectory(
            atPath: fixture.host.place("/proc/4242/fd"),
            withIntermediateDirectories: true
        )
        symlink("socket:[555]", fixture.host.place("/proc/4242/fd/3"))
        let fault = try #require(await fixture.platform.faults().first)
        #expect(fault.what == "process 4242 runs it and listens on 0.0.0.0:5000")
        #expect(fault.severity == .critical)
    }

    @Test("no password and no hash stands in what is told")
    func secrets() async throws {
        let fixture = try await LegacyFixture.legacy()
        let told = String(decoding: try JSONEncoder().encode(await fixture.platform.faults()), as: UTF8.self)
        #expect(!told.contains(LegacyFixture.password))
        #expect(told.firstMatch(of: #/[0-9a-f]{20}/#) == nil)
        #expect(told.contains("a password in line 3, 8, 10"))
    }

    @Test("a store that cannot be read is a fault, and hides no other")
    func damagedStore() async throws {
        let fixture = try await LegacyFixture.legacy()
        try fixture.write("no database", to: "/opt/diycloud/usermgmt/db/users.db")
        let faults = await fixture.platform.faults()
        #expect(Set(faults.map(\.id)) == Set(Leftovers.all.map(\.id)))
        let fault = try #require(faults.first { $0.id == "known-password" })
        #expect(fault.what.hasPrefix("It cannot be told") && !fault.isMendable)
    }

    @Test(
        "the numbers of the kernel's socket tables are addresses",
        arguments: [
            ("0100007F:1388", "127.0.0.1:5000"), ("00000000:0050", "0.0.0.0:80"),
            ("00000000000000000000000000000000:1388", "[::]:5000"), ("zz:1388", nil), ("00000000", nil),
        ]
    )
    func addresses(text: String, address: String?) { #expect(ListeningSockets.address(text[...]) == address) }
}

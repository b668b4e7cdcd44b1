import Testing

@Suite("The tools of the host change what they were told to, and nothing else", .serialized)
struct AccountToolsTests {
    @Test("few new accounts are whole: own group, member, no password but not locked, home with notebooks and data")
    func fewAccounts() throws {
        let host = try Enclosure()
        #expect(
            try host.apply("group:diycloud-users", "group:diycloud-admins", "create:ada", "add:ada:diycloud-admins")
                == ""
        )
        #expect(try host.shell("id -nG ada").trimmed == "ada diycloud-users diycloud-admins")
        #expect(try host.shell("getent shadow ada | cut -d: -f2,8").trimmed == "*:")
        #expect(
            try host.shell("stat -c '%U %G %a' /home/ada /home/ada/notebooks /home/ada/data").trimmed
                == "ada ada 700\nada ada 700\nada ada 700"
        )
        #expect(try host.shell("diff -r /etc/skel /home/ada | grep -v 'Only in /home/ada: ' || true") == "")
        #expect(try host.ownership("ada") == "ours")
        #expect(try host.complaints() == "")
        #expect(try host.apply("create:ada", "add:ada:diycloud-admins") == "")
    }

    @Test("many new accounts go through one batch and are the same; a second run changes nothing")
    func manyAccounts() throws {
        let host = try Enclosure()
        #expect(try host.apply("group:diycloud-users", "many:p:1:120", "create:a2345678901234567890123456789012") == "")
        #expect(try host.shell("getent passwd | grep -c 'DIY Cloud:/home/'").trimmed == "121")
        #expect(try host.shell("grep -c '^p[0-9]*:\\*:' /etc/shadow").trimmed == "120")
        #expect(try host.shell("id -nG p77").trimmed == "p77 diycloud-users")
        #expect(try host.complaints() == "")
        let before = try host.shell(
            "cat /etc/passwd /etc/shadow /etc/group /etc/gshadow; ls -lnR --time-style=full-iso /home"
        )
        #expect(try host.apply("group:diycloud-users", "many:p:1:120") == "")
        #expect(
            try host.shell("cat /etc/passwd /etc/shadow /etc/group /etc/gshadow; ls -lnR --time-style=full-iso /home")
                == before
        )
    }

    @Test("without systemd-sysusers, and with lines that it would lose, everything is made one by one")
    func withoutBatches() throws {
        let host = try Enclosure()
        try host.shell("sed -i '3i # a comment' /etc/passwd; echo '+@people::::::' >> /etc/passwd")
        #expect(try host.apply("group:diycloud-users", "many:p:1:15") == "")
        #expect(try host.shell("grep -c -e '^# a comment$' -e '^+@people' /etc/passwd").trimmed == "2")
        try host.shell(
            "sed -i -e '/^# a/d' -e '/^+/d' /etc/passwd; install -m 0644 /dev/null /mnt/none; mount --bind /mnt/none /usr/bin/systemd-sysusers"
        )
        #expect(try host.apply("many:q:1:15") == "")
        #expect(try host.shell("grep -c '^[pq][0-9]*:\\*:' /etc/shadow").trimmed == "30")
        #expect(try host.shell("grep -c '^[pq][0-9]*:' /etc/subuid").trimmed == "30")
        #expect(try host.complaints() == "")
    }

    @Test("what stands against one account is named, and the others are made")
    func obstacles() throws {
        let host = try Enclosure()
        try host.shell(
            "groupadd lab; useradd -r svc; useradd -m bob; mkdir /home/eve; chown 4321 /home/eve; touch /home/fay"
        )
        let before = try host.shell(
            "getent passwd bob svc; getent group lab; ls -lAdn --time-style=full-iso /home/eve; ls -A /home/eve"
        )
        let output = try host.apply(
            "group:diycloud-users",
            "many:p:1:20",
            "create:lab",
            "create:svc",
            "create:bob",
            "create:root",
            "create:sudo",
            "create:admin",
            "create:eve",
            "create:fay",
            "add:bob:sudo",
            "disable:bob",
            "disable:root",
            "home:bob",
            "enable:none"
        )
        let kinds = output.split(separator: "\n").map { $0.split(separator: ":")[0] }
        #expect(
            kinds == [
                "foreign-group create the account lab", "foreign-account create the account svc",
                "foreign-account create the account bob", "reserved-name create the account root",
                "reserved-name create the account sudo", "reserved-name create the account admin",
                "home create the account eve", "home create the account fay", "no-group add bob to the group sudo",
                "foreign-account lock and expire the account bob", "foreign-account lock and expire the account root",
                "foreign-account complete the home of bob", "no-account unlock the account none",
            ],
            "\(output)"
        )
        #expect(
            try host.shell(
                "getent passwd bob svc; getent group lab; ls -lAdn --time-style=full-iso /home/eve; ls -A /home/eve"
            ) == before
        )
        #expect(try host.shell("getent passwd | grep -c 'DIY Cloud:/home/p'").trimmed == "20")
    }

    @Test("switching off locks and expires, switching on brings back what was, also where there is no password")
    func switching() throws {
        let host = try Enclosure()
        _ = try host.apply("group:diycloud-users", "create:ada", "create:bob", "create:cat")
        try host.shell("usermod -p '$y$j9T$abc$def' bob; usermod -p '!' cat")
        #expect(try host.apply("disable:ada", "disable:bob", "disable:cat") == "")
        let fields = "getent shadow ada bob cat | cut -d: -f2,8"
        #expect(try host.shell(fields).trimmed == "!*:1\n!$y$j9T$abc$def:1\n!:1")
        #expect(try host.apply("enable:ada", "enable:bob", "enable:cat") == "")
        #expect(try host.shell(fields).trimmed == "*:\n$y$j9T$abc$def:\n*:")
        #expect(try host.complaints() == "")
    }

    @Test("an account that shares its uid with another is not switched off, because both would be")
    func sharedUID() throws {
        let host = try Enclosure()
        _ = try host.apply("group:diycloud-users", "create:ada", "create:bob")
        try host.shell("useradd -o -u $(id -u ada) -d /home/ada -M twin")
        let before = try host.shell("cat /etc/shadow /etc/group")
        let output = try host.apply("disable:ada", "add:twin:diycloud-users")
        #expect(output.split(separator: "\n").count == 2 && output.contains("shares its uid"), "\(output)")
        #expect(try host.shell("cat /etc/shadow /etc/group") == before)
        #expect(try host.ownership("ada").hasPrefix("foreign: it shares its uid"))
        #expect(try host.apply("disable:bob") == "")
    }

    @Test("an adopted account without a group of its own is whole, whatever its primary group")
    func withoutOwnGroup() throws {
        let host = try Enclosure()
        _ = try host.apply("group:diycloud-users", "create:ada")
        try host.shell("useradd -N -m carol; usermod -g users ada; getent group ada && groupdel ada")
        #expect(try host.apply("add:carol:diycloud-users") == "")
        for name in ["carol", "ada"] { #expect(try host.ownership(name) == "ours", "\(name)") }
        #expect(try host.apply("create:carol", "create:ada", "home:carol") == "")
        #expect(try host.shell("getent group carol ada || true") == "")
        #expect(try host.shell("stat -c '%U %G' /home/carol/data").trimmed == "carol users")
    }

    @Test("memberships that others gave in our groups are kept, in batches and one by one")
    func memberships() throws {
        let host = try Enclosure()
        _ = try host.apply("group:diycloud-users", "group:diycloud-admins", "many:p:1:20")
        try host.shell("useradd -m other; gpasswd -a other diycloud-admins")
        let many = (1...20).map { "add:p\($0):diycloud-admins" }
        #expect(
            try host.apply(
                many[0],
                many[1],
                many[2],
                many[3],
                many[4],
                many[5],
                many[6],
                many[7],
                many[8],
                many[9],
                many[10],
                many[11]
            ) == ""
        )
        #expect(try host.apply("add:p20:diycloud-admins", "remove:p1:diycloud-admins") == "")
        #expect(
            try host.shell("getent group diycloud-admins | cut -d: -f4 | tr , '\\n' | sort -V | paste -sd' '").trimmed
                == "other p2 p3 p4 p5 p6 p7 p8 p9 p10 p11 p12 p20"
        )
        #expect(try host.complaints() == "")
    }

    @Test("killed at any moment, the next run finishes", arguments: [false, true])
    func killed(oneByOne: Bool) throws {
        for step in 0..<12 {
            let host = try Enclosure()
            _ = try host.apply("group:diycloud-users")
            if oneByOne { try host.shell("sed -i '3i # a comment' /etc/passwd") }
            let changes = ["many:p:1:\(oneByOne ? 30 : 300)"]
            try host.applyAndKill(changes, afterMicroseconds: UInt32(20_000 + step * 45_000))
            // A tool that the killed run had started goes on to its end; the account files have locks.
            let output = try host.apply(changes[0])
            #expect(output == "", "killed at step \(step): \(output.prefix(600))")
            #expect(
                try host.complaints().split(separator: "\n").filter {
                    !$0.contains("invalid password file entry")
                        && !$0.contains("delete line")
                } == [],
                "killed at step \(step)"
            )
            #expect(try host.shell("ls -A /home | grep -c diycloud-new || true").trimmed == "0")
        }
    }

    @Test("an account of which a killed tool wrote only some of the files is finished, whichever they are")
    func halfMade() throws {
        for missing in [
            "shadow", "gshadow", "group gshadow", "shadow group gshadow", "passwd shadow", "passwd shadow gshadow",
        ] {
            for count in [2, 15] {
                let host = try Enclosure()
                _ = try host.apply("group:diycloud-users", "many:p:1:\(count)")
                let id = try host.shell("id -u p2")
                for file in missing.split(separator: " ") { try host.shell("sed -i '/^p[0-9]*:/d' /etc/\(file)") }
                try host.shell("rm -r /home/p*")
                #expect(try host.ownership("p2") == "none", "without \(missing)")
                #expect(try host.apply("many:p:1:\(count)") == "", "without \(missing)")
                #expect(try host.complaints() == "", "without \(missing)")
                #expect(try host.shell("id -u p2") == id, "without \(missing)")
            }
        }
    }
}

import TestProcesses
import Testing

@Suite("Homes are made whole, and no link of a person leads root anywhere", .serialized)
struct HomeTests {
    @Test("the skeleton comes with its modes and links, without devices and setuid")
    func skeleton() throws {
        let host = try Enclosure()
        try host.shell(
            "mkdir -p /mnt/skel/a/b; echo x > /mnt/skel/a/b/tool; chmod 4755 /mnt/skel/a/b/tool; chmod 750 /mnt/skel/a; "
                + "ln -s /etc/passwd /mnt/skel/link; mkfifo /mnt/skel/pipe; mknod /mnt/skel/null c 1 3"
        )
        #expect(try host.apply("group:diycloud-users", "create:ada", environment: ["SKELETON=/mnt/skel"]) == "")
        #expect(
            try host.shell("cd /home/ada; find . -printf '%p %m %u %y %l\\n' | sort").trimmed == """
                . 700 ada d\u{20}
                ./a 750 ada d\u{20}
                ./a/b 755 ada d\u{20}
                ./a/b/tool 755 ada f\u{20}
                ./data 700 ada d\u{20}
                ./link 777 ada l /etc/passwd
                ./notebooks 700 ada d
                """
        )
        #expect(try host.shell("stat -c %U /etc/passwd").trimmed == "root")
    }

    @Test("a home that is there is completed only, and what the person made is as it was")
    func completes() throws {
        let host = try Enclosure()
        _ = try host.apply("group:diycloud-users", "create:ada")
        try host.shell("cd /home/ada; rmdir data notebooks; rm .bashrc; ln -s /etc notebooks; chmod 755 .")
        let etc = try host.shell("stat -c '%n %U %a %Y' /etc /etc/*")
        #expect(try host.apply("home:ada") == "")
        #expect(
            try host.shell("cd /home/ada; stat -c '%n %U %a' . data; readlink notebooks; ls -A").trimmed
                == ". ada 755\ndata ada 700\n/etc\n.bash_logout\n.profile\ndata\nnotebooks"
        )
        #expect(try host.shell("stat -c '%n %U %a %Y' /etc /etc/*") == etc)
    }

    @Test("a home that is a link, somebody else's, or under a directory of a person is left alone")
    func refuses() throws {
        let host = try Enclosure()
        _ = try host.apply("group:diycloud-users", "create:ada", "create:bob", "create:cat")
        try host.shell(
            "mkdir /mnt/prey; rm -r /home/ada; ln -s /mnt/prey /home/ada; chown -h ada /home/ada; chown ada /mnt/prey"
        )
        try host.shell("rm -r /home/bob; mkdir /home/bob; mkdir -p /home/cat/deep")
        try host.shell("sed -i s,:/home/cat:,:/home/cat/deep/home:, /etc/passwd")
        let output = try host.apply("home:ada", "home:bob", "home:cat")
        #expect(
            output.split(separator: "\n").map { $0.prefix(27) } == [
                "home complete the home of a", "home complete the home of b", "home complete the home of c",
            ],
            "\(output)"
        )
        #expect(
            try host.shell("ls -A /mnt/prey /home/bob /home/cat/deep").trimmed
                == "/home/bob:\n\n/home/cat/deep:\n\n/mnt/prey:"
        )
    }

    @Test("what a person closed to themselves, and what is not theirs, is told from what can be completed")
    func standings() throws {
        let host = try Enclosure()
        _ = try host.apply("group:diycloud-users", "create:ada", "create:bob", "create:cat", "create:dan", "create:eve")
        try host.shell("rm -r /home/ada; rmdir /home/bob/data; chmod 500 /home/cat; rmdir /home/cat/data")
        try host.shell("chown root /home/dan; rm -r /home/eve; touch /home/eve")
        let standings = try ["ada", "bob", "cat", "dan", "eve"].map { String(try host.home($0).prefix(10)) }
        #expect(standings == ["missing", "incomplete", "obstructed", "obstructed", "obstructed"])
        #expect(try host.home("cat").contains("chmod u+rwx"))
        #expect(try host.apply("home:ada", "home:bob") == "")
        #expect(try host.home("ada") == "whole")
    }

    @Test("a mount of the person's own over the home is told of, and nothing is made in its place")
    func mounted() throws {
        let host = try Enclosure()
        _ = try host.apply("group:diycloud-users", "create:ada")
        // A FUSE file system that nobody serves answers every look as a mount that keeps root out does: with an error.
        try host.shell(
            "exec 9<>/dev/fuse; mount -t fuse -o fd=9,rootmode=40000,user_id=$(id -u ada),group_id=$(id -g ada) fuse /home/ada"
        )
        #expect(try host.home("ada").hasPrefix("obstructed: ") && host.home("ada").contains("findmnt"))
        let output = try host.apply("home:ada")
        #expect(output.contains("cannot be looked at"), "\(output)")
        #expect(try host.shell("ls -A /home").trimmed == "ada")
    }

    @Test("a person who swaps directories and links while root works gets nothing outside of the home")
    func race() throws {
        let host = try Enclosure()
        _ = try host.apply("group:diycloud-users", "create:ada")
        try host.shell("mkdir -m 0755 /mnt/prey")
        let attack = """
            cd /home/ada; while :; do rmdir data notebooks 2>/dev/null; ln -sfn /mnt/prey data; ln -sfn /mnt/prey notebooks; \
            rm -f data notebooks; mkdir data; ln -s /mnt/prey/new notebooks; rm -rf data notebooks; done
            """
        try host.shell(
            "setsid su ada -s /bin/bash -c '\(attack)' >/dev/null 2>&1 & attacker=$!; "
                + "for i in $(seq 40); do \(TestProcess.built("accounts-host")) apply home:ada >/dev/null; done; "
                + "pkill -KILL -u ada || true; kill $attacker || true"
        )
        #expect(try host.shell("ls -A /mnt/prey; stat -c '%U %a' /mnt/prey").trimmed == "root 755")
    }

    @Test("what a killed run left is taken away")
    func sweeps() throws {
        let host = try Enclosure()
        _ = try host.apply("group:diycloud-users", "create:ada")
        try host.shell(
            "mkdir -p /home/.bob.diycloud-new/x /mnt/prey; ln -s /mnt/prey /home/.bob.diycloud-new/y; touch /mnt/prey/z"
        )
        #expect(try host.apply("create:bob") == "")
        #expect(try host.shell("ls -A /home /mnt/prey").trimmed == "/home:\nada\nbob\n\n/mnt/prey:\nz")
    }

    @Test("on btrfs a home is a subvolume")
    func subvolume() throws {
        let host = try Enclosure(
            homes:
                "truncate -s 200M /mnt/disk && mkfs.btrfs -q /mnt/disk && mount -o loop /mnt/disk /mnt/home && chmod 755 /mnt/home"
        )
        #expect(try host.apply("group:diycloud-users", "create:ada") == "")
        // The top of a subvolume has the inode 256 (btrfs-subvolume(8)).
        #expect(try host.shell("stat -c '%i %U %a' /home/ada").trimmed == "256 ada 700")
        try host.shell("btrfs subvolume create /home/.bob.diycloud-new; touch /home/.bob.diycloud-new/x")
        #expect(try host.apply("create:bob") == "")
        #expect(try host.shell("ls -A /home").trimmed == "ada\nbob")
    }
}

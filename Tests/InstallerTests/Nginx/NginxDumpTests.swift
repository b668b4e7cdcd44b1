import Testing

@testable import Installer

@Suite("What nginx -T prints")
struct NginxDumpTests {
    @Test("is read file by file, without comments, blocks opened up")
    func files() {
        let dump = NginxDump(
            """
            # configuration file /etc/nginx/nginx.conf:
            user www-data; # not { this
            http {
                log_format main '$remote_addr "a;b" {';
                server { listen 80 default_server; location ~ \\.js${x}$ { return 404; } }
            }
            # configuration file /etc/nginx/conf.d/a.conf:
            listen 443 ssl;
            """
        )
        #expect(dump.files.map(\.path) == ["/etc/nginx/nginx.conf", "/etc/nginx/conf.d/a.conf"])
        let first = dump.files[0].directives.map { $0.map(String.init) }
        #expect(first.contains(["user", "www-data"]))
        #expect(first.contains(["log_format", "main", "'$remote_addr \"a;b\" {'"]))
        #expect(first.contains(["listen", "80", "default_server"]))
        #expect(first.contains(["location", "~", "\\.js${x}$"]))
        #expect(dump.files[1].directives == [["listen", "443", "ssl"]])
    }

    @Test(
        "a default server is one for every address of the port",
        arguments: [
            ("listen 80 default_server;", 80, true), ("listen [::]:80 default_server ipv6only=on;", 80, true),
            ("listen *:443 ssl default_server;", 443, true), ("listen 0.0.0.0:80 default;", 80, true),
            ("listen * default_server;", 80, true), ("listen 127.0.0.1:80 default_server;", 80, false),
            ("listen 8080 default_server;", 80, false), ("listen 80;", 80, false),
            ("listen unix:/run/a.sock default_server;", 80, false), ("# listen 80 default_server;", 80, false),
        ]
    )
    func defaults(line: String, port: Int, isDefault: Bool) {
        let dump = NginxDump("# configuration file /etc/nginx/other.conf:\nserver { \(line)\n }")
        #expect(dump.defaultServer(on: port, except: []) == (isDefault ? "/etc/nginx/other.conf" : nil))
        #expect(dump.defaultServer(on: port, except: ["/etc/nginx/other.conf"]) == nil)
    }

    @Test("no text makes it fall over")
    func fuzz() {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "{", "}", ";", "\"", "'", "\\", "$", "#", "\n", " ", "listen", "80", "é", "# configuration file /x:", "\r",
        ]
        for _ in 0..<2000 {
            let count = Int.random(in: 0...30, using: &random)
            let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            _ = NginxDump("# configuration file /x:\n" + text).defaultServer(on: 80, except: [])
        }
    }
}

@Suite("What other programs say of ports")
struct PortsTests {
    @Test("only what listens counts")
    func held() {
        let table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1
               1: 0100007F:01BB 0100007F:9C40 01 00000000:00000000 00:00000000 00000000     0        0 1 1
            """
        #expect(HeldPorts([table, "broken"]).ports == [80])
    }

    @Test(
        "ufw's rules are read as it prints them",
        arguments: [
            ("80/tcp                     ALLOW       Anywhere", "80", true),
            ("80,443/tcp                 ALLOW       Anywhere", "443", true),
            ("Nginx Full                 ALLOW       Anywhere", "443", true),
            ("Nginx HTTP                 ALLOW       Anywhere", "443", false),
            ("443                        ALLOW IN    Anywhere", "443", true),
            ("443/udp                    ALLOW       Anywhere", "443", false),
            ("80/tcp                     DENY        Anywhere", "80", false),
            ("80/tcp                     ALLOW       192.0.2.0/24", "80", false),
            ("8080/tcp                   ALLOW       Anywhere", "80", false),
        ]
    )
    func ufw(line: String, port: String, isOpen: Bool) {
        let text =
            "Status: active\n\nTo                         Action      From\n--                         ------      ----\n\(line)\n"
        #expect(FirewallStep.isOpen(port, inUFW: text) == isOpen)
    }

    @Test("versions are read from what nginx -v says, and compared by number")
    func version() {
        #expect(NginxVersion(parsing: "nginx version: nginx/1.22.1 (Debian)\n") == NginxVersion(1, 22, 1))
        #expect(NginxVersion(parsing: "nonsense") == nil)
        #expect(!NginxVersion(1, 9, 15).hasHTTP2Directive && NginxVersion(1, 25, 1).hasHTTP2Directive)
        #expect(!NginxVersion(1, 18, 0).canRejectHandshakes && NginxVersion(1, 20, 1).canRejectHandshakes)
    }
}

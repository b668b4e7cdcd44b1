/// What containers of people may reach on this host, and who on this host may reach them: a table of nftables of our own (nft(8)).
///
/// Their bridges all have names that begin with ``bridgePrefix``. Between two bridges Docker itself lets nothing through; towards the host's
/// own services it lets everything, and that is what this table is for.
public struct FirewallRules: Sendable, Equatable {
    /// What the bridge interfaces of people's networks begin with.
    public static let bridgePrefix = "diy-"

    static let table = "diycloud_docker"

    /// TCP ports of this host that containers may reach. DNS they always may.
    public let hostPorts: [UInt16]

    public init(hostPorts: [UInt16]) { self.hostPorts = Array(Set(hostPorts)).sorted() }

    /// The rules, in their order, by chain.
    var chains: [(name: String, hook: String, rules: [String])] {
        let from = "iifname \"\(Self.bridgePrefix)*\""
        var input = [
            "\(from) ct state established,related accept",
            "\(from) udp dport 53 accept",
            "\(from) tcp dport 53 accept",
        ]
        if !hostPorts.isEmpty {
            input.append("\(from) tcp dport { \(hostPorts.map { "\($0)" }.joined(separator: ", ")) } accept")
        }
        input.append("\(from) counter drop")
        // Addresses of the link: where clouds keep the credentials of the machine (169.254.169.254).
        let forward = ["\(from) ip daddr 169.254.0.0/16 counter drop"]
        // People's own programs on this host, past what containers publish. Docker's proxies for published ports are root's.
        let to = "oifname \"\(Self.bridgePrefix)*\""
        let output = [
            "\(to) ct state established,related accept", "\(to) ct status dnat accept", "\(to) meta skuid 0 accept",
            "\(to) counter drop",
        ]
        return [("input", "input", input), ("forward", "forward", forward), ("output", "output", output)]
    }

    /// The comments that mark the rules, in their order. A listing that has them all has the rules: nft prints the same rule in
    /// different ways from version to version, but not its comment.
    var marks: [String] {
        let rules = chains.flatMap(\.rules)
        let digest = Self.digest(rules.joined(separator: "\n"))
        return rules.indices.map { "diycloud \(digest) \($0 + 1)/\(rules.count)" }
    }

    /// What makes the table so, whatever it was before, at one stroke: for `nft -f`.
    var script: String {
        var marks = self.marks[...]
        var text = "table inet \(Self.table)\ndelete table inet \(Self.table)\ntable inet \(Self.table) {\n"
        for chain in chains {
            // Before the chains of others; what is accepted here still has to pass those.
            text += "  chain \(chain.name) {\n    type filter hook \(chain.hook) priority -5; policy accept;\n"
            for rule in chain.rules { text += "    \(rule) comment \"\(marks.removeFirst())\"\n" }
            text += "  }\n"
        }
        return text + "}\n"
    }

    /// FNV-1a: it tells texts of ours apart, nothing else.
    private static func digest(_ text: String) -> String {
        let hash = text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}

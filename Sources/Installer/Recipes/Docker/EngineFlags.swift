/// What the engine is told on its command line (dockerd(8)).
///
/// A setting that is both a flag and in `daemon.json` keeps dockerd from starting, even if both say the same. Fedora's and openSUSE's
/// units give flags from `/etc/sysconfig/docker`, so a file that is right in itself can be wrong there.
struct EngineFlags: Sendable, Equatable {
    /// By name without the dashes: `log-driver`. A flag without a value is `true`.
    private(set) var values: [String: [String]] = [:]

    /// - Parameter words: of a command line; quotes are taken off.
    init(_ words: [String]) {
        var words = words.map { $0.filter { $0 != "\"" && $0 != "'" } }[...]
        while let word = words.popFirst() {
            guard word.hasPrefix("--"), word.count > 2 else { continue }
            let body = word.dropFirst(2)
            if let sign = body.firstIndex(of: "=") {
                values[String(body[..<sign]), default: []].append(String(body[body.index(after: sign)...]))
            } else if let next = words.first, !next.hasPrefix("-"), !Self.switches.contains(String(body)) {
                values[String(body), default: []].append(next)
                words.removeFirst()
            } else {
                values[String(body), default: []].append("true")
            }
        }
    }

    /// - Parameter text: of a file with `OPTIONS="…"` lines, as in `/etc/sysconfig/docker` and `/etc/default/docker`.
    static func words(ofEnvironmentFile text: String) -> [String] {
        let joined = text.replacing("\\\n", with: " ")
        return joined.split(separator: "\n").flatMap { line -> [String] in
            let line = line.drop { $0 == " " || $0 == "\t" }
            guard !line.hasPrefix("#"), let sign = line.firstIndex(of: "=") else { return [] }
            return line[line.index(after: sign)...].split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }

    /// The last value that a flag has; nil when it is not given.
    subscript(_ name: String) -> String? { values[name]?.last }

    /// Whether the option of `daemon.json` with this name is given as a flag: lists have other names there (`log-opts`, `--log-opt`).
    func has(option: String) -> Bool { values[option] != nil || values[Self.flag(of: option)] != nil }

    private static func flag(of option: String) -> String { option.hasSuffix("s") ? String(option.dropLast()) : option }

    /// Flags that take no word after them.
    private static let switches: Set<String> = [
        "live-restore", "icc", "selinux-enabled", "debug", "iptables", "ip6tables", "ip-forward", "ip-masq", "ipv6",
        "userland-proxy", "experimental", "no-new-privileges", "tls", "tlsverify", "raw-logs", "rootless", "init",
        "validate",
    ]
}

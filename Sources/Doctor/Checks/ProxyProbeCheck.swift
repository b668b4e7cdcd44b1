import HTTPProbe
import Installer

/// What nginx really lets through: asked from this host as somebody who has not signed in and lies about it.
struct ProxyProbeCheck: Check {
    let id = "nginx-probes"
    let title = "nginx believes nobody who only says who they are"
    /// The name that browsers use, and the address and port that are asked.
    let name: String
    let address: String
    let port: Int
    let paths: [String]

    init(name: String, address: String = "127.0.0.1", port: Int = 443, paths: [String]) {
        self.name = name
        self.address = address
        self.port = port
        self.paths = paths
    }

    /// Names under which applications believe a proxy, in both spellings.
    static let lies = [
        "Remote-User", "Remote_User", "Remote-Groups", "X-Forwarded-User", "X_Forwarded_User", "X-Remote-User",
        "X-Auth-Request-User", "X-WebAuth-User", "X-Bridge-Service", "X-Bridge-Proxy-Secret",
    ]

    func look() async throws -> [Finding] {
        var findings: [Finding] = []
        let headers = Self.lies.map { ($0, "root") } + [("Accept", "application/json")]
        for path in paths {
            let answer = try await ask(path, headers)
            // Refused, sent to sign in, or away: anything but an answer.
            if (200..<300).contains(answer.status) {
                findings.append(
                    Finding(
                        .critical,
                        "https://\(name)\(path) answers \(answer.status) to somebody who only says that they are root",
                        why: "Everybody can be anybody there.",
                        remedy:
                            "diycloud plan nginx shows what is not ours in its files; diycloud install nginx --force"
                    )
                )
            }
        }
        let stranger = try? await ask(
            "/account",
            [("Host", "stranger.invalid"), ("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate")]
        )
        if let location = stranger?.header("location"), location.contains("stranger.invalid") {
            findings.append(
                Finding(
                    .warning,
                    "https://\(name)/account sends a browser to \(location) when Host says so",
                    why: "A cache or a mail with a made-up host name leads people elsewhere.",
                    remedy: "diycloud install nginx --host-name NAME"
                )
            )
        }
        return findings
    }

    private func ask(_ path: String, _ headers: [(String, String)]) async throws -> ProbeAnswer {
        let place = port == 443 ? name : "\(name):\(port)"
        do {
            return try await HTTPProbe.get("https://\(place)\(path)", address: address, headers: headers)
        } catch {
            throw Unchecked("nginx: \(error)")
        }
    }
}

/// F-46: `ssl-params.conf` of phase 1: promises of years on a certificate that nobody signed, questions to a foreign resolver, and
/// a content policy under which JupyterLab does not run.
struct PortalTLS: MendableLeftover {
    let id = "portal-ssl-params"

    private static let places = ["/etc/nginx/ssl-params.conf", "/etc/nginx/snippets/ssl-params.conf"]

    func look(at host: LegacyHost) async throws(Unseen) -> LegacyFault? {
        var evidence: [String] = []
        for path in Self.places {
            guard let text = try host.text(path), Self.isPhase1(text) else { continue }
            let lines = NginxFiles.directives(text).filter(Self.isHarmful)
            if !lines.isEmpty { evidence.append("\(path): \(lines.joined(separator: " "))") }
        }
        guard !evidence.isEmpty else { return nil }
        return mendable(
            .warning,
            what: evidence.joined(separator: "\n"),
            why: """
                Browsers that believe it ask for this name by https for two years; stapling needs a certificate of an authority; each name is \
                asked of a resolver outside; and the content policy forbids eval and web sockets elsewhere, which JupyterLab needs.
                """
        )
    }

    func mend(on host: LegacyHost, _ work: RepairWork) async throws(LegacyRepairError) {
        for path in Self.places {
            guard let bytes = try? host.bytes(path), Self.isPhase1(String(decoding: bytes, as: UTF8.self)) else {
                continue
            }
            let changed = TextLines(bytes).changed { _, line in
                Self.isHarmful(line.drop { $0 == " " || $0 == "\t" }) ? .drop : .keep
            }
            guard changed != bytes else { continue }
            try work.replace(path, with: changed)
            work.say("Took promises (HSTS), stapling, resolver and content policy out of \(path).")
            work.say("Make it take effect: nginx -t && systemctl reload nginx")
        }
    }

    private static func isPhase1(_ text: String) -> Bool {
        text.contains("DIY Cloud Platform") || text.contains("resolver 8.8.8.8 8.8.4.4 valid=300s;")
    }

    private static func isHarmful(_ line: some StringProtocol) -> Bool {
        ["add_header Strict-Transport-Security", "add_header Content-Security-Policy", "ssl_stapling", "resolver"]
            .contains { line.hasPrefix($0) }
    }
}

/// F-48: the portal's pages, owned by the account of the web server.
struct PortalOwner: Leftover {
    let id = "portal-page-writable"

    func look(at host: LegacyHost) async throws(Unseen) -> LegacyFault? {
        let path = "\(LegacyPlaces.webRoot)/portal"
        guard let status = host.status(path), status.st_uid != 0 else { return nil }
        return forPerson(
            .note,
            what: "\(path) belongs to uid \(status.st_uid)",
            why: "Whoever gets into the web server can change the page that everybody signs in from.",
            remedy: "chown -hR root:root \(LegacyPlaces.webRoot)"
        )
    }
}

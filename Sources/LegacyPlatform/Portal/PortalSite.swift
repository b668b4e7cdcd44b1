import HostPrograms

/// F-44, F-46: the server block of phase 1 in nginx, which answers for the paths of JupyterHub and Portainer.
struct PortalSite: MendableLeftover {
    let id = "portal-site"

    func look(at host: LegacyHost) async throws(Unseen) -> LegacyFault? {
        let sites = Self.sites(host)
        guard !sites.isEmpty else { return nil }
        let evidence = sites.map { "\($0.path): \(Self.evidence($0).joined(separator: "; "))" }
        return mendable(
            .warning,
            what: evidence.joined(separator: "\n"),
            why: """
                It answers /jupyter/ and /portainer/ with 503. Where somebody has put a proxy there instead, its regular \
                expressions still win: .js and .css of JupyterHub are looked for on the disk (404), and every path with a “/.” is refused. \
                The bridge brings a server block of its own.
                """
        )
    }

    func mend(on host: LegacyHost, _ work: RepairWork) async throws(LegacyRepairError) {
        let wasGood = try await work.run("nginx", ["-t"])?.status == 0
        for site in Self.sites(host) {
            try work.remove(site.path)
            work.say("Took \(site.path) away.")
        }
        guard let test = try await work.run("nginx", ["-t"]) else { return }
        if test.status == 0 {
            work.say("nginx accepts its configuration. Make it take effect: systemctl reload nginx")
        } else {
            let cause = wasGood ? "nginx accepted its configuration before" : "as it did before"
            work.say("nginx refuses its configuration (\(test.complaint)); \(cause).")
        }
    }

    /// A server block that somebody wrote by hand for the same pages does no harm, and stays.
    static func sites(_ host: LegacyHost) -> [NginxFiles.File] {
        NginxFiles(host: host).all.filter { site in
            site.isRead && site.isPhase1
                && site.directives.contains { $0.hasPrefix("return 503") || $0.hasPrefix("location ~") }
        }
    }

    private static func evidence(_ site: NginxFiles.File) -> [String] {
        let lines = site.directives.filter { line in
            line.hasPrefix("return 503") || line.hasPrefix("location ~") || line.hasSuffix("ssl http2;")
                || line.contains("SERVER_NAME") || line.contains("DIYCLOUD_")
        }
        return lines.map { line in
            String(line.reversed().drop { ";{ \r".contains($0) }.reversed())
        }
    }
}

/// F-45: a link of nginx's server files that leads to itself, made where both directories are one.
struct PortalSelfLink: MendableLeftover {
    let id = "portal-self-link"

    func look(at host: LegacyHost) async throws(Unseen) -> LegacyFault? {
        let circles = Self.circles(host)
        guard !circles.isEmpty else { return nil }
        return mendable(
            circles.contains(where: \.isRead) ? .critical : .note,
            what: circles.map { "\($0.path) -> \(host.target(ofLink: $0.path) ?? "?")" }.joined(separator: "; "),
            why: "nginx cannot open it (“Too many levels of symbolic links”), and does not start."
        )
    }

    func mend(on host: LegacyHost, _ work: RepairWork) async throws(LegacyRepairError) {
        for circle in Self.circles(host) {
            try work.remove(circle.path)
            work.say("Removed the link \(circle.path), which led to itself.")
        }
    }

    private static func circles(_ host: LegacyHost) -> [(path: String, isRead: Bool)] { NginxFiles(host: host).circles }
}

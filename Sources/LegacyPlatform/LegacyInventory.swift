/// What of the platform is there, without a judgement.
struct LegacyInventory {
    let host: LegacyHost

    var standing: LegacyStanding {
        let places = LegacyPlaces(host: host)
        let prefixes = places.prefixes
        return LegacyStanding(
            phases: phases(prefixes),
            prefixes: prefixes,
            store: places.store,
            storeCopies: places.storeDirectories.flatMap { directory in
                host.names(in: directory).filter(LegacyPlaces.isCopy).map { "\(directory)/\($0)" }
            },
            hints: hints(prefixes),
            paths: paths(prefixes)
        )
    }

    private func phases(_ prefixes: [String]) -> [Int] {
        var phases = LegacyPlaces.signs.filter { sign in
            prefixes.contains { prefix in sign.files.contains { host.exists("\(prefix)/\($0)") } }
        }.map(\.phase)
        if !phases.contains(1), host.exists("\(LegacyPlaces.webRoot)/portal/index.html") { phases.append(1) }
        return phases.sorted()
    }

    private func hints(_ prefixes: [String]) -> [String] {
        var hints: [String] = []
        if let log = try? host.text("\(LegacyPlaces.log)/install.log"),
            let line = log.split(separator: "\n").first(where: { $0.hasPrefix("[20") }),
            let date = line.dropFirst().split(separator: "]").first
        {
            hints.append("The first line of its installation log is of \(date) (local time).")
        }
        for prefix in prefixes {
            guard let text = try? host.text("\(prefix)/lib/common.sh") else { continue }
            let shebangs = text.split(separator: "\n").filter { $0.hasPrefix("#!") }.count
            hints.append(
                shebangs > 1
                    ? "The scripts in \(prefix) have a licence above a second shebang: the last published version."
                    : "The scripts in \(prefix) have no licence above their shebang: an early version."
            )
        }
        return hints
    }

    private func paths(_ prefixes: [String]) -> [String] {
        let fixed = [
            LegacyPlaces.log, "/var/lib/diycloud", "/etc/diycloud", "/etc/ssl/diycloud", LegacyPlaces.webRoot,
            "/var/www/html/diycloud", LegacyPlaces.environmentLink, "/etc/pam.d/diycloud",
        ]
        let units = UserAPIUnit.all(on: host).map(\.path)
        let rules = GPURules.paths(on: host)
        let sites = NginxFiles(host: host).all.filter { $0.isPhase1 }.map(\.path)
        return prefixes + fixed.filter(host.exists) + units + rules + sites
    }
}

import Glibc
import HostPrograms

/// F-28: the platform's user API, a development server that runs as root and listens on every address without TLS.
struct UserAPI: MendableLeftover {
    let id = "user-api-exposed"

    func look(at host: LegacyHost) async throws(Unseen) -> LegacyFault? {
        let units = UserAPIUnit.all(on: host)
        let processes = UserAPIProcess.all(on: host)
        guard !units.isEmpty || !processes.isEmpty else { return nil }
        let isComing = !processes.isEmpty || units.contains(where: \.isEnabled)
        let said = units.map {
            "\($0.path) (\($0.isEnabled ? "enabled" : "not enabled"), as \($0.account)): \($0.command)"
        }
        let running = processes.map { process in
            "process \(process.pid) runs it"
                + (process.addresses.isEmpty ? "" : " and listens on \(process.addresses.joined(separator: ", "))")
        }
        return mendable(
            isComing ? .critical : .warning,
            what: (said + running).joined(separator: "; "),
            why: """
                Whoever reaches port 5000 of this host can guess passwords without limit and read them on the wire; who is signed \
                in can make and delete accounts through scripts of root, which take names and passwords as arguments. \
                diycloud-bridge has taken its place.
                """
        )
    }

    func mend(on host: LegacyHost, _ work: RepairWork) async throws(LegacyRepairError) {
        for unit in UserAPIUnit.all(on: host) {
            try work.keep(unit.path)
            if let result = try await work.run("systemctl", ["stop", unit.name]), result.status == 0 {
                work.say("Stopped \(unit.name).")
            }
            for link in UserAPIUnit.startLinks(of: unit.name, on: host) {
                try work.remove(link)
                work.say("Disabled \(unit.name): \(link) is removed.")
            }
            try mask(unit, on: host, work)
        }
        _ = try await work.run("systemctl", ["daemon-reload"])
        for process in UserAPIProcess.all(on: host) {
            work.say("Process \(process.pid) was started by hand and still runs: end it with `kill \(process.pid)`.")
        }
    }

    /// As `systemctl mask` does, which refuses where a file of that name stands in /etc (systemctl(1)).
    private func mask(_ unit: UserAPIUnit, on host: LegacyHost, _ work: RepairWork) throws(LegacyRepairError) {
        let mask = "/etc/systemd/system/\(unit.name)"
        if host.exists(mask) { try work.remove(mask) }
        try work.link(mask, to: "/dev/null")
        work.say("Masked \(unit.name): \(mask) leads to /dev/null.")
    }
}

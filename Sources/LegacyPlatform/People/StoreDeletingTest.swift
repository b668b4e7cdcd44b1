import Glibc

/// F-3: the platform's test script, which `install.sh` offers to run on the live host: it deletes the user store.
struct StoreDeletingTest: MendableLeftover {
    let id = "test-deletes-store"

    func look(at host: LegacyHost) async throws(Unseen) -> LegacyFault? {
        let scripts = try scripts(on: host)
        guard !scripts.isEmpty else { return nil }
        return mendable(
            .warning,
            what: "\(scripts.joined(separator: ", ")) can be run and names the live users.db",
            why: """
                The platform's test of phase 2 deletes the user store and sets the administrator's password to a known one. \
                Everybody of the store would be switched off by it.
                """
        )
    }

    func mend(on host: LegacyHost, _ work: RepairWork) async throws(LegacyRepairError) {
        let scripts: [String]
        do throws(Unseen) { scripts = try self.scripts(on: host) } catch {
            throw .unseen(id: id, reason: error.reason)
        }
        for script in scripts {
            guard let status = host.status(script) else { continue }
            try work.setMode(script, status.st_mode & 0o666)
            work.say("\(script) can no longer be run by its name.")
        }
    }

    private func scripts(on host: LegacyHost) throws(Unseen) -> [String] {
        var found: [String] = []
        for prefix in LegacyPlaces(host: host).prefixes {
            let path = "\(prefix)/test_phase2.sh"
            guard let status = host.status(path), status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o111 != 0,
                try host.text(path)?.contains("users.db") == true
            else { continue }
            found.append(path)
        }
        return found
    }
}

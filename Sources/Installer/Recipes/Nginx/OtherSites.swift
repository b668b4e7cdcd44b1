import AtomicFiles
import Foundation
import Glibc
import HostChanges
import HostPrograms
import LegacyPlatform
import ServiceUnits

/// Servers of others that would answer in our place: taken out of service, never deleted, and given back by an uninstall.
struct OtherSites {
    let host: Host

    /// The distribution's page of welcome. Only where nginx came with us: elsewhere somebody may have made it their own.
    var welcome: (any Step)? {
        let layout = host.distribution.nginx
        guard layout.defaultServerIsRemovable else { return nil }
        let title = "Take the distribution's own page out of service"
        let taken = step(title) {
            guard await cameWithUs else { return [] }
            return access(host.files.real(layout.defaultServerPath), F_OK) == 0 ? [layout.defaultServerPath] : []
        }
        return ProbedStep(
            .nginx,
            title,
            look: {
                let change = PlannedChange(.file, "take \(layout.defaultServerPath) out of service")
                return host.programs.has("nginx") ? try await taken.look() : .later(change, after: "nginx is installed")
            },
            traces: taken.traces,
            apply: taken.apply
        )
    }

    /// The server of phase 1, which answers `/jupyter/` and `/portainer/` by 503 (and by regular expressions that win over ours).
    var oldPortal: any Step {
        step("Take the old portal's server out of service") {
            LegacyPlatform(root: host.files.root.isEmpty ? "/" : host.files.root, programs: host.programs).portalSites()
        }
    }

    private var cameWithUs: Bool {
        get async {
            guard case .packages(let names) = host.distribution.packages(.nginx) else { return false }
            let manifest = await host.record.manifest
            return names.contains { manifest.has(.package($0)) }
        }
    }

    private func step(_ title: String, _ find: @escaping @Sendable () async -> [String]) -> any Step {
        ProbedStep(
            .nginx,
            title,
            look: {
                let sites = await find()
                if sites.isEmpty { return .done }
                return .needed(
                    sites.map {
                        PlannedChange(.file, "take \($0) out of service", details: ["kept; an uninstall gives it back"])
                    }
                )
            },
            traces: { await find().map { trace(of: $0) } },
            apply: { _ in
                for site in await find() { try takeAway(site) }
            }
        )
    }

    private func trace(of site: String) -> HostTrace {
        // What made it a site is undone by what makes it one again, unless something else took its place since.
        let undo: [String]
        if let target = target(ofLink: site) {
            undo = ["sh", "-c", "[ -e \"$1\" ] || [ -L \"$1\" ] || ln -s \"$2\" \"$1\"", "sh", site, target]
        } else {
            undo = ["sh", "-c", "[ -e \"$1\" ] || mv \"$2\" \"$1\"", "sh", site, asideOf(site)]
        }
        return .command(id: "nginx-site:\(site)", undo: [undo], note: "that \(site) is out of service")
    }

    private func takeAway(_ site: String) throws {
        let real = host.files.real(site)
        let status = target(ofLink: site) == nil ? rename(real, host.files.real(asideOf(site))) : unlink(real)
        guard status == 0 || errno == ENOENT else {
            throw AtomicFileError.system(path: site, action: "taken out of service", errno: errno)
        }
    }

    /// Out of every directory that nginx reads as a whole (Debian's sites-enabled takes any name).
    private func asideOf(_ site: String) -> String {
        "/etc/nginx/\((site as NSString).lastPathComponent).diycloud-out-of-service"
    }

    private func target(ofLink path: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: host.files.real(path))
    }
}

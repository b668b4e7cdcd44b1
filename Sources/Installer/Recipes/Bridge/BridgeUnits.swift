import BridgeConfiguration
import Glibc
import HTTPProbe
import HostChanges

/// The units of the bridge.
package enum BridgeUnits {
    package static let service = "diycloud-bridge.service"
    static let sync = "diycloud-bridge-sync.service"
    static let sockets = ["proxy", "services", "pam", "quota", "store"].map { "diycloud-bridge-\($0).socket" }

    /// Where their files are.
    static func directory(on host: Host) -> String {
        host.payload.isPackaged ? "/usr/lib/systemd/system" : "/etc/systemd/system"
    }

    /// The service with its sockets, started again when what it read at its start has changed.
    ///
    /// For every component that changes `bridge.yaml`: each brings the service up to date before it goes on.
    static func serviceStep(_ component: Component, on host: Host) -> any Step {
        let directory = directory(on: host)
        // Of the workers systemd has to know the new files; they are started for each connection.
        let workers = ["pam", "quota", "store"].map { "diycloud-bridge-\($0)@.service" }
        let units = ([service] + sockets + workers).map { "\(directory)/\($0)" }
        let files = [
            SettingsStep.path, ProxyEntrance.dropIn, ProxyEntrance.secretFile, BridgeRecipe.hubToken,
            "\(Payload.installed)/bin/diycloud-bridge",
        ]
        return UnitStep(
            component,
            service,
            sockets: sockets,
            restartAfter: files + units,
            on: host,
            refuse: { await refusal(of: service, host) },
            ready: { await problem(host) }
        )
    }

    static func syncStep(_ component: Component, on host: Host) -> any Step {
        let files = [
            SettingsStep.path, "\(directory(on: host))/\(sync)", "\(Payload.installed)/bin/diycloud-bridge",
        ]
        return UnitStep(component, sync, restartAfter: files, on: host, refuse: { await refusal(of: sync, host) })
    }

    /// Whether the service would start with its configuration as it is: one that runs is not stopped for a file that is half edited.
    static func refusal(of unit: String, _ host: Host) async -> String? {
        let program = "\(Payload.installed)/bin/diycloud-bridge"
        guard access(host.files.real(program), X_OK) == 0,
            let result = try? await host.programs.run("env", [program, "check-config", "--config", SettingsStep.path]),
            result.status == 1
        else { return nil }
        let said = result.errors.split(separator: "\n").prefix(12).joined(separator: "\n")
        return
            "\(SettingsStep.path) does not fit this host, so \(unit) is left as it is. Correct it and run this again.\n\(said)"
    }

    /// What `/readyz` says is wrong; nil when the bridge can sign people in.
    package static func problem(_ host: Host) async -> String? {
        let configuration = try? Configuration.load(path: host.files.real(SettingsStep.path))
        let answer: ProbeAnswer
        do {
            switch configuration?.listen.services {
            case .address(let address, let port, _):
                answer = try await HTTPProbe.get("http://\(address):\(port)/readyz")
            case .socket(let path, _, _):
                answer = try await HTTPProbe.get("http://bridge/readyz", socket: path)
            case nil:
                return "\(SettingsStep.path) is not right: diycloud-bridge check-config says why"
            }
        } catch {
            return "\(error)"
        }
        return answer.status == 200 ? nil : "it is not ready: \(answer.body.prefix(300))"
    }
}

import BridgeConfiguration
import HTTPProbe
import HostChanges

/// The units of the bridge.
enum BridgeUnits {
    static let service = "diycloud-bridge.service"
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
        let units = ([service] + sockets).map { "\(directory)/\($0)" }
        let files = [
            SettingsStep.path, ProxyEntrance.dropIn, ProxyEntrance.secretFile, BridgeRecipe.hubToken,
            "\(Payload.installed)/bin/diycloud-bridge",
        ]
        return UnitStep(component, service, sockets: sockets, restartAfter: files + units, on: host) {
            await problem(host)
        }
    }

    static func syncStep(_ component: Component, on host: Host) -> any Step {
        let files = [
            SettingsStep.path, "\(directory(on: host))/\(sync)", "\(Payload.installed)/bin/diycloud-bridge",
        ]
        return UnitStep(component, sync, restartAfter: files, on: host)
    }

    /// What `/readyz` says is wrong; nil when the bridge can sign people in.
    static func problem(_ host: Host) async -> String? {
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

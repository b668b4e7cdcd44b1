import AtomicFiles
import Distributions
import Foundation
import Glibc
public import HostChanges
import HostPrograms
import ManagedFiles

/// The Docker engine with settings under which people can have containers, and the guard between it and them.
public enum DockerRecipe: Recipe {
    public static let component = Component.docker

    static let guardUnit = "diycloud-bridge-docker.service"
    static let guardSocket = "diycloud-bridge-docker.socket"
    static let shellFile = "/etc/profile.d/diycloud-docker.sh"

    public static func steps(on host: Host) async throws -> [any Step] {
        var steps: [any Step] = []
        // dockerd starts nothing on a kernel with AppArmor when there is nobody to load its profile.
        if hasAppArmor(host) {
            steps.append(
                PackagesStep(.docker, "Install what loads Docker's AppArmor profile", [.apparmorParser], on: host)
            )
        }
        steps.append(PackagesStep(.docker, "Install nftables", [.nftables], on: host))
        steps.append(EngineStep(host: host))
        steps.append(restartOnUninstall(host))
        steps += DaemonSetting.Kind.allCases.map { DaemonSettingStep(setting: DaemonSetting($0), host: host) }
        steps.append(EngineRunningStep(host: host))
        // The guard cannot open docker.address before the bridge is there that has it.
        if InstalledConfiguration.read(on: host)?.portainerRange != nil {
            steps.append(PortainerNetwork(.docker, on: host))
        }
        steps.append(SettingsStep(.docker, neededKeys(on: host).map { ($0.key, $0.value) }, on: host))
        steps.append(BridgeUnits.serviceStep(.docker, on: host))
        steps.append(BridgeUnits.syncStep(.docker, on: host))
        steps.append(guardStep(.docker, on: host))
        steps.append(SyncStep(component: .docker, areas: "docker", host: host))
        steps.append(FileStep(.docker, ManagedFile(shellFile, .rendered(shellText(host))), on: host))
        steps.append(proven(host))
        return steps
    }

    /// `spawn.environment` of `bridge.yaml`, so that notebooks reach the guard as shells do.
    public static func neededKeys(on host: Host) -> [NeededKey] {
        [NeededKey("spawn.environment.DOCKER_HOST", "\"unix://\(socket(host))\"")]
    }

    /// The guard with the configuration that it reads at its start.
    static func guardStep(_ component: Component, on host: Host) -> any Step {
        let proof = GuardProof(host: host)
        let files = [
            InstalledConfiguration.path, DaemonFile.path, "\(BridgeUnits.directory(on: host))/\(guardUnit)",
            "\(BridgeUnits.directory(on: host))/\(guardSocket)", "\(Payload.installed)/bin/diycloud-bridge",
        ]
        return UnitStep(
            component,
            guardUnit,
            sockets: [guardSocket],
            restartAfter: files,
            on: host,
            ready: { await proof.problem() }
        )
    }

    private static func socket(_ host: Host) -> String {
        InstalledConfiguration.read(on: host)?.docker.socket ?? "/run/diycloud-bridge/docker.sock"
    }

    /// For root the command goes on reaching the engine itself, as its administrators are used to.
    private static func shellText(_ host: Host) -> String {
        """
        # DIY Cloud Bridge: the command docker reaches the guard. Written by diycloud; removed by "diycloud uninstall docker".
        if [ "$(id -u)" -ne 0 ] && [ -z "${DOCKER_HOST:-}" ]; then
            export DOCKER_HOST=unix://\(socket(host))
        fi

        """
    }

    private static func hasAppArmor(_ host: Host) -> Bool {
        (try? host.files.text(of: "/sys/module/apparmor/parameters/enabled"))?.hasPrefix("Y") ?? false
    }

    /// Recorded before anything is put into the engine's file, and so undone after that was taken out of it again.
    private static func restartOnUninstall(_ host: Host) -> any Step {
        let trace = HostTrace.command(
            id: "docker:settings",
            undo: [["systemctl", "try-restart", EngineRunningStep.unit]],
            note: "Docker's settings (restart)"
        )
        return ProbedStep(
            .docker,
            "Note how Docker's settings are taken back",
            look: {
                await host.record.manifest.has(trace)
                    ? .done
                    : .needed([PlannedChange(.command, "note that an uninstall restarts Docker with its own settings")])
            },
            traces: { [trace] },
            apply: { _ in }
        )
    }

    private static func proven(_ host: Host) -> any Step {
        let proof = GuardProof(host: host)
        return ProbedStep(
            .docker,
            "Ask for containers as people do",
            look: {
                guard let problem = await proof.problem() else { return .done }
                let change = PlannedChange(.command, "ask \"docker version\" at the guard")
                let isRunning = try await host.units.state(of: guardUnit).isActive
                return isRunning ? .needed([change]) : .later(change, after: "the guard runs (now: \(problem))")
            },
            apply: { report in
                // The certificates are new to a guard that runs; it looks again by itself.
                for _ in 0..<30 {
                    guard let problem = await proof.problem() else { return }
                    report.say(problem)
                    try await Task.sleep(for: .seconds(1))
                }
                report.output(await host.units.journal(of: guardUnit))
            }
        )
    }
}

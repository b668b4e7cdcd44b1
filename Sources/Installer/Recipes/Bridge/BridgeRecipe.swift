import AtomicFiles
import Foundation
public import HostChanges
import ManagedFiles

/// The service that knows who somebody is: its programs, accounts, directories, units, configuration, and the user store.
public enum BridgeRecipe: Recipe {
    public static let component = Component.bridge

    static let hubToken = "/etc/diycloud-bridge/jupyterhub.token"
    static let accounts = ["diycloud-bridge", "diycloud-docker"]

    public static func steps(on host: Host) async throws -> [any Step] {
        var steps: [any Step] = [
            PackagesStep(component, "Install the libraries that the bridge uses", [.runtimeLibraries], on: host)
        ]
        steps += try programs(on: host)
        steps += directories(on: host)
        let flavour = host.distribution.pamFlavour
        let pam = try host.payload.text("pam/diycloud-bridge.\(flavour)")
        steps.append(FileStep(component, ManagedFile("/etc/pam.d/diycloud-bridge", .rendered(pam)), on: host))
        steps += try configuration(on: host)
        steps += ProxyEntrance.steps(for: component, on: host)
        steps.append(StoreStep(host: host))
        steps += storeWorkerAccess(on: host)
        steps.append(BridgeUnits.serviceStep(component, on: host))
        steps.append(BridgeUnits.syncStep(component, on: host))
        return steps
    }

    // MARK: - Programs, accounts, units

    /// What a package of the distribution brings by itself.
    private static func programs(on host: Host) throws -> [any Step] {
        guard !host.payload.isPackaged else { return [] }
        let sysusers = "/etc/sysusers.d/diycloud-bridge.conf"
        var steps: [any Step] = [
            PayloadStep(host: host),
            LinkStep(component, "/usr/local/sbin/diycloud", to: "\(Payload.installed)/bin/diycloud", on: host),
            LinkStep(
                component,
                "/usr/local/sbin/diycloud-bridge",
                to: "\(Payload.installed)/bin/diycloud-bridge",
                on: host
            ),
            // Not every distribution has the directories for an administrator's own files.
            DirectoryStep(component, "/etc/sysusers.d", on: host),
            DirectoryStep(component, "/etc/tmpfiles.d", on: host),
            try file(sysusers, "systemd/diycloud-bridge.sysusers", on: host),
            AccountsStep(component, accounts, from: sysusers, on: host),
            try file("/etc/tmpfiles.d/diycloud-bridge.conf", "systemd/diycloud-bridge.tmpfiles", on: host),
        ]
        for name in try host.payload.names(in: "systemd") where name.hasSuffix(".service") || name.hasSuffix(".socket")
        {
            steps.append(try file("/etc/systemd/system/\(name)", "systemd/\(name)", on: host))
        }
        return steps
    }

    private static func file(_ path: String, _ source: String, on host: Host) throws -> any Step {
        FileStep(component, ManagedFile(path, .rendered(try host.payload.text(source))), on: host)
    }

    // MARK: - Directories, as the tmpfiles.d file makes them at each boot

    /// What is in each of them, and so what an uninstall does with it.
    static let directories: [(path: String, mode: UInt32, owner: FileOwner, holds: @Sendable (String) -> HostTrace)] = [
        ("/run/diycloud-bridge", 0o755, .root, { .tree($0) }),
        ("/etc/diycloud-bridge", 0o750, FileOwner(group: "diycloud-bridge"), { .directory($0) }),
        (
            "/var/lib/diycloud-bridge", 0o700, FileOwner(user: "diycloud-bridge", group: "diycloud-bridge"),
            { .data($0) }
        ),
        (
            "/var/log/diycloud-bridge", 0o750, FileOwner(user: "diycloud-bridge", group: "diycloud-bridge"),
            { .data($0) }
        ),
        // Certificates and keys, which sync-users makes anew.
        ("/etc/diycloud-bridge/docker", 0o750, FileOwner(group: "diycloud-docker"), { .tree($0) }),
        ("/etc/diycloud-bridge/portainer", 0o700, .root, { .tree($0) }),
        (
            "/var/lib/diycloud-docker", 0o700, FileOwner(user: "diycloud-docker", group: "diycloud-docker"),
            { .data($0) }
        ),
    ]

    private static func directories(on host: Host) -> [any Step] {
        directories.flatMap { directory -> [any Step] in
            let step = DirectoryStep(
                component,
                directory.path,
                mode: directory.mode,
                owner: directory.owner,
                holds: directory.holds,
                on: host
            )
            guard case .data = directory.holds(directory.path) else { return [step] }
            return [step, DataOwnerStep(component, directory.path, owner: directory.owner, on: host)]
        }
    }

    // MARK: - Configuration

    private static func configuration(on host: Host) throws -> [any Step] {
        let ours = FileOwner(group: "diycloud-bridge")
        let text = try host.payload.text("bridge.yaml")
        var steps: [any Step] = [
            FileStep(component, ManagedFile(SettingsStep.path, .seed(text), mode: 0o640, owner: ours), on: host),
            FileStep(component, ManagedFile(hubToken, .secret(RandomToken.make), mode: 0o640, owner: ours), on: host),
        ]
        if let name = host.options.hostName {
            steps.append(SettingsStep(component, [("public.url", "https://\(name)")], on: host))
        }
        return steps
    }

    /// The worker that changes the store may write in the usual place; elsewhere it has to be told.
    private static func storeWorkerAccess(on host: Host) -> [any Step] {
        let path = StoreStep(host: host).path
        let directory = (path as NSString).deletingLastPathComponent
        guard directory != "/opt/diycloud/usermgmt/db" else { return [] }
        let place = "/etc/systemd/system/diycloud-bridge-store@.service.d"
        let text = "# Written by diycloud: store.path of bridge.yaml.\n[Service]\nReadWritePaths=\(directory)\n"
        return [
            DirectoryStep(component, place, on: host),
            FileStep(component, ManagedFile("\(place)/50-diycloud.conf", .rendered(text)), on: host),
        ]
    }
}

public import ContainerFirewall
public import DockerCertificates
public import DockerEngine
import Identity

/// Docker of this very host: the engine, the guard's certificates and the firewall.
public struct SystemDockerHost: DockerHost {
    private let engine: EngineMaintenance?
    private let standing: EngineStanding?
    private let disk: ContainerDisk?
    private let certificates: CertificateDirectory
    private let firewall: ContainerFirewall
    private let settings: Settings

    /// How it is to be.
    public struct Settings: Sendable {
        public var whenDisabled: DockerPlanner.WhenDisabled
        public var usesCertificates: Bool
        /// Names and addresses by which Portainer knows the guard.
        public var serverNames: [String]
        /// In seconds.
        public var certificateLifetime: Int64
        public var firewall: FirewallRules
        /// `docker.user_namespace` and `docker.home_binds`.
        public var requiresRemap: Bool
        public var bindsHomes: Bool
        /// The engine's socket.
        public var enginePath: String
        /// What `HostConfig.CgroupParent` is for a uid, by the engine's cgroup driver.
        public var cgroupParent: @Sendable (_ uid: UInt32, _ driver: String) -> String
        /// Seconds since 1970.
        public var now: @Sendable () -> Int64

        public init(
            whenDisabled: DockerPlanner.WhenDisabled,
            usesCertificates: Bool,
            serverNames: [String],
            certificateLifetime: Int64,
            firewall: FirewallRules,
            requiresRemap: Bool,
            bindsHomes: Bool,
            enginePath: String,
            cgroupParent: @escaping @Sendable (_ uid: UInt32, _ driver: String) -> String,
            now: @escaping @Sendable () -> Int64
        ) {
            self.whenDisabled = whenDisabled
            self.usesCertificates = usesCertificates
            self.serverNames = serverNames
            self.certificateLifetime = certificateLifetime
            self.firewall = firewall
            self.requiresRemap = requiresRemap
            self.bindsHomes = bindsHomes
            self.enginePath = enginePath
            self.cgroupParent = cgroupParent
            self.now = now
        }
    }

    /// - Parameter engine: `nil` where no engine is installed; certificates are kept all the same.
    public init(
        engine: EngineMaintenance?,
        standing: EngineStanding?,
        certificates: CertificateDirectory,
        firewall: ContainerFirewall,
        settings: Settings
    ) {
        self.engine = engine
        self.standing = standing
        disk = engine.map(ContainerDisk.init(engine:))
        self.certificates = certificates
        self.firewall = firewall
        self.settings = settings
    }

    public var whenDisabled: DockerPlanner.WhenDisabled { settings.whenDisabled }
    public var usesCertificates: Bool { settings.usesCertificates }

    public func oldestAPI() async -> String? { await standing?.host()?.oldestAPI }

    public func reading(of people: [String: UInt32]) async throws(DockerHostError) -> DockerReading {
        var reading = DockerReading()
        do throws(CertificateDirectoryError) {
            if usesCertificates { reading.certificates = try certificates.standing(serverNames: settings.serverNames) }
        } catch {
            throw DockerHostError(error.description)
        }
        do throws(FirewallProblem) {
            reading.firewallHolds = try await firewall.holds(settings.firewall)
        } catch {
            reading.firewallHolds = nil
            reading.troubles.append(.init(kind: "no-container-firewall", text: error.reason, remedy: error.remedy))
        }
        guard let engine, let standing else { return reading }
        do throws(EngineError) {
            guard let host = await standing.host() else {
                throw .away(path: settings.enginePath, reason: "it cannot be asked what it is like")
            }
            if !host.remapsUsers {
                reading.troubles.append(settings.requiresRemap ? Self.closed : Self.sharedRoot)
            }
            if settings.bindsHomes { reading.troubles.append(Self.homes) }
            let parents = people.mapValues { settings.cgroupParent($0, host.driver) }
            reading.containers = try await containers(parents, engine)
            if !host.canLimitStorage { await count(parents, into: &reading) }
        } catch {
            reading.containers = nil
            reading.troubles.append(
                .init(
                    kind: "engine-away",
                    text: "Containers cannot be looked at: \(error).",
                    remedy: "Start the engine (systemctl start docker)."
                )
            )
        }
        return reading
    }

    /// Where no storage driver holds anybody to a size, what is taken is told.
    private func count(_ parents: [String: String], into reading: inout DockerReading) async {
        guard let disk else { return }
        do throws(EngineError) {
            reading.bytes = try await disk.bytes(cgroupParents: parents)
        } catch {
            reading.troubles.append(
                .init(
                    kind: "disk-not-counted",
                    text: "What containers and volumes take was not counted: \(error).",
                    remedy: nil
                )
            )
        }
    }

    private static let remap =
        "Set \"userns-remap\": \"default\" in /etc/docker/daemon.json and restart Docker; docs/docker.md says what that changes."

    private static let closed = DockerReading.Trouble(
        kind: "no-user-namespace",
        text: "People get no containers: root in one would be root of this host (docker.user_namespace is required).",
        remedy: remap
    )

    private static let sharedRoot = DockerReading.Trouble(
        kind: "no-user-namespace",
        text:
            "Root in a container is root of this host: whoever has a shell here beside their containers can become root.",
        remedy: remap
    )

    private static let homes = DockerReading.Trouble(
        kind: "home-binds",
        text:
            "Containers with a home run as a person of this host: whoever has a shell beside one can open devices of the host.",
        remedy: "Set docker.home_binds: false, unless everybody with an account may be trusted with root."
    )

    private func containers(
        _ parents: [String: String],
        _ engine: EngineMaintenance
    ) async throws(EngineError) -> [DockerReading.Container] {
        try await engine.containers(cgroupParents: parents).flatMap { owner, containers in
            guard let name = try? UserName(owner) else { return [DockerReading.Container]() }
            return containers.map { container in
                DockerReading.Container(
                    id: container.id,
                    name: container.name,
                    owner: name,
                    isRunning: container.hasProcesses,
                    isPaused: container.state == "paused"
                )
            }
        }
    }

    public func apply(
        _ steps: [DockerPlanner.Step],
        keeping kept: [ValidCertificates.Entry],
        progress: @escaping @Sendable (Int) -> Void
    ) async -> [DockerPlanner.Step: String] {
        var complaints: [DockerPlanner.Step: String] = [:]
        var done = 0
        let names = steps.compactMap { if case .makeClient(let name) = $0 { name.rawValue } else { nil } }
        let ends = steps.filter { $0.endsContainer }
        for step in steps where !step.endsContainer {
            if case .makeClient = step { continue }
            if let complaint = await apply(step, keeping: kept) { complaints[step] = complaint }
            done += 1
            progress(done)
        }
        // Each may take its ten seconds of grace, so they are not kept waiting for one another.
        for start in stride(from: 0, to: ends.count, by: 32) {
            await withTaskGroup { group in
                for step in ends[start..<min(start + 32, ends.count)] {
                    group.addTask { (step, await self.apply(step, keeping: kept)) }
                }
                for await (step, complaint) in group {
                    complaints[step] = complaint
                    done += 1
                    progress(done)
                }
            }
        }
        guard !names.isEmpty else { return complaints }
        do throws(CertificateDirectoryError) {
            try certificates.makeClients(names, lifetime: settings.certificateLifetime, now: settings.now())
        } catch {
            for step in steps { if case .makeClient = step { complaints[step] = error.description } }
        }
        progress(steps.count)
        return complaints
    }

    /// - Returns: what there was to complain about.
    private func apply(_ step: DockerPlanner.Step, keeping kept: [ValidCertificates.Entry]) async -> String? {
        do {
            switch step {
            case .makeAuthority: try certificates.makeAuthority(now: settings.now())
            case .makeServer:
                try certificates.makeServer(
                    settings.serverNames,
                    lifetime: settings.certificateLifetime,
                    now: settings.now()
                )
            case .makeClient: break
            case .revoke(let name): try certificates.revoke(name)
            case .dropOld: try certificates.settle(kept)
            case .installFirewall: try await firewall.apply(settings.firewall)
            case .stop(let id, _): try await engine?.stop(id)
            case .pause(let id, _): try await engine?.pause(id)
            }
            return nil
        } catch {
            return "\(error)"
        }
    }
}

extension DockerPlanner.Step {
    /// Whether it makes a container stand still.
    fileprivate var endsContainer: Bool {
        switch self {
        case .stop, .pause: true
        default: false
        }
    }
}

public import DockerCertificates
public import Identity
import SyncReport

/// What Docker lacks to be in line with the user store: certificates, a firewall, and peace from who is switched off.
public struct DockerPlanner: Sendable {
    public enum Step: Sendable, Hashable {
        case makeAuthority
        case makeServer
        case makeClient(UserName)
        /// Takes a name off the list of valid certificates, whether it is one of the store or not.
        case revoke(String)
        /// Drops certificates that a newer one has replaced.
        case dropOld
        case installFirewall
        case stop(container: String, of: UserName)
        case pause(container: String, of: UserName)
    }

    /// What happens to the containers of people who are switched off (`docker.when_disabled`).
    public enum WhenDisabled: String, Sendable { case stop, pause, leave }

    private let desired: DesiredState
    private let reading: DockerReading
    private let scope: SyncScope
    private let whenDisabled: WhenDisabled
    private let usesCertificates: Bool
    private let now: Int64

    /// How long a certificate stays good beside the one that replaced it, in seconds: whoever holds it needs time to take the new one.
    static let changeover: Int64 = 86_400

    /// - Parameters:
    ///   - usesCertificates: whether the guard listens for Portainer (`docker.address`).
    ///   - now: seconds since 1970.
    public init(
        desired: DesiredState,
        reading: DockerReading,
        scope: SyncScope,
        whenDisabled: WhenDisabled,
        usesCertificates: Bool,
        now: Int64
    ) {
        self.desired = desired
        self.reading = reading
        self.scope = scope
        self.whenDisabled = whenDisabled
        self.usesCertificates = usesCertificates
        self.now = now
    }

    /// What takes something from people who are switched off, or gone from the store.
    /// - Parameter withheld: those who keep everything although the store says otherwise; see `MassGuard`.
    public func switchOff(withheld: Set<UserName>) -> AreaPlan<Step> {
        var plan = AreaPlan<Step>()
        let certificates = reading.certificates
        let named = Set(certificates.clients.keys).union(certificates.listed.map(\.name))
        for text in named.sorted() {
            let name = try? UserName(text)
            if let name {
                guard scope.includes(name), !withheld.contains(name), !isActive(name) else { continue }
            } else if scope.names != nil {
                continue
            }
            plan.add(
                .revoke(text),
                change("revoke-certificate", text, "revoke the certificate of \(text)", whyOff(name))
            )
        }
        guard whenDisabled != .leave else { return plan }
        for container in (reading.containers ?? []).sorted(by: { ($0.owner, $0.name) < ($1.owner, $1.name) }) {
            let owner = container.owner
            guard container.isRunning, scope.includes(owner), !withheld.contains(owner), !isActive(owner) else {
                continue
            }
            guard whenDisabled == .stop || !container.isPaused else { continue }
            let isStop = whenDisabled == .stop
            plan.add(
                isStop ? .stop(container: container.id, of: owner) : .pause(container: container.id, of: owner),
                SyncChange(
                    area: .docker,
                    kind: isStop ? "stop-container" : "pause-container",
                    user: owner.rawValue,
                    what: "\(whenDisabled.rawValue) the container \(container.name) of \(owner)",
                    why: whyOff(owner),
                    subject: container.id
                )
            )
        }
        return plan
    }

    /// Everything else.
    public func settle() -> AreaPlan<Step> {
        var plan = AreaPlan<Step>()
        for trouble in reading.troubles {
            plan.add(
                SyncFinding(area: .docker, user: nil, kind: trouble.kind, text: trouble.text, remedy: trouble.remedy)
            )
        }
        for person in desired.people.values.sorted(by: { $0.name < $1.name }) where scope.includes(person.name) {
            if let finding = diskFinding(person) { plan.add(finding) }
            if let finding = groupFinding(person) { plan.add(finding) }
        }
        if reading.firewallHolds == false {
            plan.add(
                .installFirewall,
                change(
                    "set-firewall",
                    nil,
                    "keep containers from the services of this host",
                    "the rules are not in force"
                )
            )
        }
        if usesCertificates { planCertificates(into: &plan) }
        return plan
    }

    /// Whether what a step was to reach is so by this reading.
    public func shows(_ step: Step) -> Bool {
        let certificates = reading.certificates
        switch step {
        case .makeAuthority: return certificates.authority.map { !$0.wantsRenewal(at: now) } ?? false
        case .makeServer: return certificates.server.map { !$0.wantsRenewal(at: now) } ?? false
        case .makeClient(let name): return hasGoodCertificate(name)
        case .revoke(let name):
            return certificates.clients[name] == nil && !certificates.listed.contains { $0.name == name }
        case .dropOld: return outdated.isEmpty
        case .installFirewall: return reading.firewallHolds == true
        case .stop(let id, _):
            return reading.containers.map { !$0.contains { $0.id == id && $0.isRunning } } ?? false
        case .pause(let id, _):
            return reading.containers.map { !$0.contains { $0.id == id && $0.isRunning && !$0.isPaused } } ?? false
        }
    }

    private func planCertificates(into plan: inout AreaPlan<Step>) {
        let certificates = reading.certificates
        let isNew = certificates.authority.map { $0.wantsRenewal(at: now) } ?? true
        if isNew {
            let why = certificates.authority == nil ? "there is none" : "the old one ends soon"
            plan.add(.makeAuthority, change("make-authority", nil, "make the guard's certificate authority", why))
        }
        if isNew || certificates.server.map({ $0.wantsRenewal(at: now) }) ?? true {
            let why =
                isNew || certificates.server != nil ? "the old one ends soon" : "there is none with the right names"
            plan.add(.makeServer, change("make-server-certificate", nil, "make the guard's own certificate", why))
        }
        for person in desired.people.values.sorted(by: { $0.name < $1.name })
        where person.isActive && scope.includes(person.name) {
            guard isNew || !hasGoodCertificate(person.name) else { continue }
            let name = person.name
            let why = isNew || certificates.clients[name.rawValue] == nil ? "\(name) has none" : "the old one ends soon"
            plan.add(
                .makeClient(name),
                change("make-certificate", name.rawValue, "make a certificate for \(name)", why)
            )
        }
        if scope.names == nil, !isNew, !outdated.isEmpty {
            let count = outdated.count == 1 ? "an old certificate" : "\(outdated.count) old certificates"
            plan.add(.dropOld, change("drop-old-certificates", nil, "drop \(count)", "newer ones are in use"))
        }
    }

    /// Where no storage driver limits containers, what they take is at least told.
    private func diskFinding(_ person: DesiredPerson) -> SyncFinding? {
        guard let used = reading.bytes[person.name], used > person.quota.disk else { return nil }
        return SyncFinding(
            area: .docker,
            user: person.name.rawValue,
            kind: "container-disk",
            text:
                "Containers and volumes of \(person.name) take \(used), more than the disk quota of \(person.quota.disk).",
            remedy:
                "They can delete some: docker container prune, docker volume prune. No storage driver here holds them to it."
        )
    }

    private func groupFinding(_ person: DesiredPerson) -> SyncFinding? {
        guard person.isActive, reading.engineGroup.contains(person.name.rawValue) else { return nil }
        return SyncFinding(
            area: .docker,
            user: person.name.rawValue,
            kind: "docker-group",
            text: "\(person.name) may open the engine's own socket, past the guard, which is as much as root.",
            remedy: "gpasswd -d \(person.name) docker"
        )
    }

    /// What stays on the list of valid certificates when old ones are dropped.
    public var kept: [ValidCertificates.Entry] {
        let gone = Set(outdated)
        return reading.certificates.listed.filter { !gone.contains($0) }
    }

    private var outdated: [ValidCertificates.Entry] {
        reading.certificates.listed.filter { entry in
            guard entry.notAfter >= now else { return true }
            guard let current = reading.certificates.clients[entry.name] else { return false }
            return current.serial != entry.serial && current.notBefore + Self.changeover < now
        }
    }

    private func hasGoodCertificate(_ name: UserName) -> Bool {
        guard let certificate = reading.certificates.clients[name.rawValue], !certificate.wantsRenewal(at: now) else {
            return false
        }
        return reading.certificates.listed.contains { $0.name == name.rawValue && $0.serial == certificate.serial }
    }

    private func isActive(_ name: UserName) -> Bool { desired.people[name]?.isActive ?? false }

    private func whyOff(_ name: UserName?) -> String {
        guard let name, desired.people[name] != nil else { return "nobody of that name is in the store" }
        return "\(name) is disabled in the store"
    }

    private func change(_ kind: String, _ user: String?, _ what: String, _ why: String) -> SyncChange {
        SyncChange(area: .docker, kind: kind, user: user, what: what, why: why)
    }
}
